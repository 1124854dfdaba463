package schema

import (
	"errors"
	"fmt"
	"strings"

	"affiliate-backup/wire"
)

const grantHint = "give the dump's user what application/backup/grants.mysql.sql says"

// CheckRights finds out whether the user sees everything. A server does not refuse who lacks a right: it hides the
// routines, triggers and events, and a dump without them would look whole. Rights through roles are not seen here.
func CheckRights(conn *wire.Conn, database string) error {
	records, err := conn.Records("SELECT PRIVILEGE_TYPE AS p, 'all' AS scope FROM information_schema.USER_PRIVILEGES" +
		" WHERE GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')" +
		" UNION ALL SELECT PRIVILEGE_TYPE, 'database' FROM information_schema.SCHEMA_PRIVILEGES" +
		" WHERE GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''') AND " + Literal(database) + " LIKE TABLE_SCHEMA")
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, record := range records {
		has[record["p"]] = true
		has[record["p"]+" on all"] = has[record["p"]+" on all"] || record["scope"] == "all"
	}
	var missing []string
	for _, right := range []string{"SELECT", "SHOW VIEW", "TRIGGER", "EVENT"} {
		if !has[right] {
			missing = append(missing, right)
		}
	}
	routines, err := seesRoutines(conn, has)
	if err != nil {
		return err
	}
	if !routines {
		missing = append(missing, "SHOW_ROUTINE (on MariaDB: SELECT on mysql.proc)")
	}
	if len(missing) == 0 {
		return nil
	}
	return &DatabaseError{[]string{fmt.Sprintf("the user lacks %s on %s, and would not see all of it: %s",
		strings.Join(missing, ", "), database, grantHint)}}
}

func seesRoutines(conn *wire.Conn, has map[string]bool) (bool, error) {
	if has["SHOW_ROUTINE"] || has["SELECT on all"] {
		return true, nil
	}
	if !conn.IsMariaDB() {
		return false, nil
	}
	_, err := conn.Value("SELECT 1 FROM mysql.proc LIMIT 1")
	var refused *wire.ServerError
	if errors.As(err, &refused) && refused.Code == 1142 {
		return false, nil
	}
	return err == nil, err
}
