"""The pages: server-rendered HTML, usable without JavaScript, in Indonesian and English."""
