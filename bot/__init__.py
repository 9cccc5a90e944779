"""The process that is Easel: it reads the settings, keeps the database and speaks with Discord."""
