// Package schema reads a database's definition from its server and makes it anew on another.
package schema

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"affiliate-backup/manifest"
	"affiliate-backup/wire"
)

// Quote an identifier.
func Quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// Literal is a text in SQL. Backslashes count: no session here sets NO_BACKSLASH_ESCAPES.
func Literal(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(text) + "'"
}

// Size of a table as the server estimates it.
type Size struct {
	Rows, Bytes int64
}

// DatabaseError says what is in a database that cannot be dumped.
type DatabaseError struct{ Problems []string }

func (e *DatabaseError) Error() string { return strings.Join(e.Problems, "\n") }

// Read the definition of everything in a database, in an order in which it can be made.
func Read(conn *wire.Conn, database string) (*manifest.Schema, error) {
	if err := conn.Run("USE " + Quote(database)); err != nil {
		return nil, err
	}
	facts, err := conn.Records("SELECT DEFAULT_CHARACTER_SET_NAME AS cs, DEFAULT_COLLATION_NAME AS co" +
		" FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()")
	if err != nil {
		return nil, err
	}
	if len(facts) != 1 {
		return nil, fmt.Errorf("there is no database %s", database)
	}
	result := &manifest.Schema{Charset: facts[0]["cs"], Collation: facts[0]["co"]}
	if result.Tables, err = readTables(conn); err != nil {
		return nil, err
	}
	for _, read := range []func(*wire.Conn) ([]manifest.Object, error){readRoutines, readViews, readTriggers, readEvents} {
		objects, err := read(conn)
		if err != nil {
			return nil, err
		}
		result.Objects = append(result.Objects, objects...)
	}
	return result, nil
}

func readTables(conn *wire.Conn) ([]manifest.Table, error) {
	records, err := conn.Records("SELECT TABLE_NAME AS name, TABLE_TYPE AS kind, ENGINE AS engine" +
		" FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'VIEW' ORDER BY TABLE_NAME")
	if err != nil {
		return nil, err
	}
	var tables []manifest.Table
	var problems []string
	for _, record := range records {
		name := record["name"]
		if record["kind"] != "BASE TABLE" || record["engine"] != "InnoDB" {
			problems = append(problems, fmt.Sprintf("%s is a %s of engine %q: only InnoDB tables are read and loaded in transactions",
				name, strings.ToLower(record["kind"]), record["engine"]))
			continue
		}
		create, err := conn.Records("SHOW CREATE TABLE " + Quote(name))
		if err != nil {
			return nil, err
		}
		table := manifest.Table{Name: name, Create: create[0]["Create Table"]}
		if table.Columns, err = readColumns(conn, name); err != nil {
			return nil, err
		}
		if table.Primary, err = primary(conn, name); err != nil {
			return nil, err
		}
		tables = append(tables, table)
	}
	if len(problems) > 0 {
		return nil, &DatabaseError{problems}
	}
	return tables, nil
}

func readColumns(conn *wire.Conn, table string) ([]manifest.Column, error) {
	records, err := conn.Records("SELECT COLUMN_NAME AS name, DATA_TYPE AS type FROM information_schema.COLUMNS" +
		" WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = " + Literal(table) +
		" AND COALESCE(GENERATION_EXPRESSION, '') = '' ORDER BY ORDINAL_POSITION")
	if err != nil {
		return nil, err
	}
	var columns []manifest.Column
	for _, record := range records {
		columns = append(columns, manifest.Column{Name: record["name"], Type: strings.ToLower(record["type"])})
	}
	return columns, nil
}

func primary(conn *wire.Conn, table string) (string, error) {
	return conn.Value("SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()" +
		" AND INDEX_NAME = 'PRIMARY' AND SEQ_IN_INDEX = 1 AND SUB_PART IS NULL AND TABLE_NAME = " + Literal(table))
}

// Sizes of all tables. The server's estimate is taken now and not from its day-old cache.
func Sizes(conn *wire.Conn) (map[string]Size, error) {
	records, err := conn.Records("SELECT TABLE_NAME AS name, COALESCE(TABLE_ROWS, 0) AS rowsof, COALESCE(DATA_LENGTH, 0) AS bytes" +
		" FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()")
	sizes := map[string]Size{}
	for _, record := range records {
		size := Size{}
		if _, err := fmt.Sscan(record["rowsof"]+" "+record["bytes"], &size.Rows, &size.Bytes); err != nil {
			return nil, fmt.Errorf("size of %s: %w", record["name"], err)
		}
		sizes[record["name"]] = size
	}
	return sizes, err
}

// Written says when each table was last written to, as far as the server remembers, and whether it was made anew.
func Written(conn *wire.Conn, database string) (map[string]string, error) {
	records, err := conn.Records("SELECT TABLE_NAME AS name, CONCAT(COALESCE(UPDATE_TIME, ''), ' ', COALESCE(CREATE_TIME, '')) AS at" +
		" FROM information_schema.TABLES WHERE TABLE_SCHEMA = " + Literal(database))
	written := map[string]string{}
	for _, record := range records {
		written[record["name"]] = record["at"]
	}
	return written, err
}

func readRoutines(conn *wire.Conn) ([]manifest.Object, error) {
	return readObjects(conn, "SELECT ROUTINE_TYPE AS kind, ROUTINE_NAME AS name FROM information_schema.ROUTINES"+
		" WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY ROUTINE_TYPE, ROUTINE_NAME")
}

func readViews(conn *wire.Conn) ([]manifest.Object, error) {
	return readObjects(conn, "SELECT 'VIEW' AS kind, TABLE_NAME AS name FROM information_schema.VIEWS"+
		" WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME")
}

// Triggers of one table, time and event run in the order in which they were made.
func readTriggers(conn *wire.Conn) ([]manifest.Object, error) {
	return readObjects(conn, "SELECT 'TRIGGER' AS kind, TRIGGER_NAME AS name FROM information_schema.TRIGGERS"+
		" WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER")
}

func readEvents(conn *wire.Conn) ([]manifest.Object, error) {
	return readObjects(conn, "SELECT 'EVENT' AS kind, EVENT_NAME AS name FROM information_schema.EVENTS"+
		" WHERE EVENT_SCHEMA = DATABASE() ORDER BY EVENT_NAME")
}

var textOf = map[string]string{
	"VIEW": "Create View", "FUNCTION": "Create Function", "PROCEDURE": "Create Procedure",
	"TRIGGER": "SQL Original Statement", "EVENT": "Create Event",
}

func readObjects(conn *wire.Conn, list string) ([]manifest.Object, error) {
	names, err := conn.Records(list)
	if err != nil {
		return nil, err
	}
	var objects []manifest.Object
	for _, entry := range names {
		kind, name := entry["kind"], entry["name"]
		records, err := conn.Records("SHOW CREATE " + kind + " " + Quote(name))
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", strings.ToLower(kind), name, err)
		}
		create, readable := records[0][textOf[kind]]
		if !readable {
			return nil, &DatabaseError{[]string{fmt.Sprintf("the body of %s %s is hidden from this user: %s", strings.ToLower(kind), name, grantHint)}}
		}
		if !utf8.ValidString(create) {
			return nil, &DatabaseError{[]string{fmt.Sprintf("%s %s was made in character set %s and holds letters that are no UTF-8: make it anew in utf8mb4",
				strings.ToLower(kind), name, records[0]["character_set_client"])}}
		}
		objects = append(objects, manifest.Object{
			Kind: kind, Name: name, Create: create, SQLMode: records[0]["sql_mode"], TimeZone: records[0]["time_zone"],
			Charset: records[0]["character_set_client"], Collation: records[0]["collation_connection"],
			Database: records[0]["Database Collation"],
		})
	}
	return objects, nil
}
