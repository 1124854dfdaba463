package schema

import (
	"errors"
	"fmt"
	"strings"

	"affiliate-backup/manifest"
	"affiliate-backup/wire"
)

// session is how every connection begins: bytes are bytes (no character set is converted on the way), times are UTC,
// no statement is too slow.
var session = []string{
	"SET NAMES binary",
	"SET SESSION time_zone = '+00:00', sql_mode = '', net_write_timeout = 3600, net_read_timeout = 3600, wait_timeout = 28800",
	"SET SESSION sql_quote_show_create = 1, innodb_lock_wait_timeout = 3600, lock_wait_timeout = 3600",
}

// Prepare a connection that reads.
func Prepare(conn *wire.Conn) error {
	if err := conn.Run(session...); err != nil {
		return err
	}
	if conn.IsMariaDB() {
		return conn.Run("SET SESSION max_statement_time = 0")
	}
	return conn.Run("SET SESSION max_execution_time = 0, information_schema_stats_expiry = 0")
}

// PrepareLoad readies a connection that writes: nothing is checked twice, and a value that does not fit is an error.
// Zero dates and zero ids are values like others.
func PrepareLoad(conn *wire.Conn) error {
	if err := Prepare(conn); err != nil {
		return err
	}
	if err := conn.Run("SET SESSION foreign_key_checks = 0, unique_checks = 0," +
		" sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'"); err != nil {
		return err
	}
	// MySQL sorts an index's rows in 1 MiB unless it is told otherwise. 8.0.27 and newer can be told by a session.
	known, err := conn.Records("SHOW VARIABLES LIKE 'innodb_ddl_buffer_size'")
	if err != nil || len(known) == 0 {
		return err
	}
	return conn.Run(fmt.Sprintf("SET SESSION innodb_ddl_buffer_size = %d", sortBytes))
}

// sortBytes is what the server may use to build the indexes of one table.
const sortBytes = 128 << 20

// CreateTables that are not there yet, bare.
func CreateTables(conn *wire.Conn, tables []manifest.Table) error {
	// What SHOW CREATE TABLE prints is made as it was, zero defaults and all.
	if err := conn.Run("SET SESSION sql_mode = '', foreign_key_checks = 0"); err != nil {
		return err
	}
	for _, table := range tables {
		create := strings.Replace(SplitTable(table).Create, "CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1)
		if err := conn.Run(create); err != nil {
			return fmt.Errorf("table %s: %w", table.Name, err)
		}
	}
	return nil
}

// AddIndexes of a table that are not there yet, in one statement: the rows are read once.
func AddIndexes(conn *wire.Conn, table manifest.Table) error {
	return add(conn, table.Name, SplitTable(table).Indexes,
		"SELECT DISTINCT INDEX_NAME AS name FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ")
}

// AddForeign adds the foreign keys of a table that are not there yet. They are not checked again: they held in the
// source, and the rows are compared with it.
func AddForeign(conn *wire.Conn, table manifest.Table) error {
	return add(conn, table.Name, SplitTable(table).Foreign,
		"SELECT CONSTRAINT_NAME AS name FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_TYPE = 'FOREIGN KEY'"+
			" AND TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ")
}

func add(conn *wire.Conn, table string, clauses []Clause, existing string) error {
	records, err := conn.Records(existing + Literal(table))
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, record := range records {
		there[strings.ToLower(record["name"])] = true
	}
	var missing []string
	for _, clause := range clauses {
		if !there[strings.ToLower(clause.Name)] {
			missing = append(missing, clause.Add)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err := conn.Run("ALTER TABLE " + Quote(table) + " " + strings.Join(missing, ", ")); err != nil {
		return fmt.Errorf("table %s: %w", table, err)
	}
	return nil
}

// CreateObjects of the given kinds, each under the settings that it was made under. Views may stand on one another:
// they are tried in turns until none is left.
func CreateObjects(conn *wire.Conn, objects []manifest.Object, keepDefiner bool, kinds ...string) error {
	var waiting []manifest.Object
	for _, kind := range kinds {
		for _, object := range objects {
			if object.Kind == kind {
				waiting = append(waiting, object)
			}
		}
	}
	for len(waiting) > 0 {
		var later []manifest.Object
		var last error
		for _, object := range waiting {
			if err := createObject(conn, object, keepDefiner); err != nil {
				last = fmt.Errorf("%s %s: %w", strings.ToLower(object.Kind), object.Name, err)
				var refused *wire.ServerError
				if !errors.As(err, &refused) {
					return last
				}
				later = append(later, object)
			}
		}
		if len(later) == len(waiting) {
			return last
		}
		waiting = later
	}
	return nil
}

func createObject(conn *wire.Conn, object manifest.Object, keepDefiner bool) error {
	settings := []string{"SET SESSION sql_mode = " + Literal(object.SQLMode)}
	if object.TimeZone != "" {
		settings = append(settings, "SET SESSION time_zone = "+Literal(object.TimeZone))
	}
	if object.Charset != "" {
		settings = append(settings, fmt.Sprintf("SET SESSION character_set_client = %s, collation_connection = %s",
			object.Charset, object.Collation))
	}
	// Before the settings: under them a name in another character set would be read as something else.
	statements := append([]string{"SET NAMES binary", "DROP " + object.Kind + " IF EXISTS " + Quote(object.Name)}, settings...)
	create := object.Create
	if !keepDefiner {
		create = WithoutDefiner(create)
	}
	err := conn.Run(append(statements, create)...)
	if reset := conn.Run(session[:2]...); reset != nil && err == nil {
		err = reset
	}
	return err
}
