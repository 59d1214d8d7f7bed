"""The words of languages by which mail is read: one table a language, all in ``registry``."""
