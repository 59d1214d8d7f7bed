"""What belongs together and who answers whom: references become threads, in any order of arrival."""
