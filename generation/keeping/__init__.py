"""What stays on the disk and how long: `retention`, room for more, and files that nothing names."""
