INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES ({version}, '{name}', '2027-01-15T08:00:00Z', '0');
