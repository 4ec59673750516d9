"""What technicians and developers run; nothing else imports it."""
