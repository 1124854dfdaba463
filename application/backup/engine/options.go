package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"affiliate-backup/manifest"
	"affiliate-backup/schema"
	"affiliate-backup/wire"
)

// prefix is the first folder of the keys, as in config/dump.ts.
const prefix = "database"

// variables of the environment, by what config/dump.ts calls them.
var variables = map[string]string{
	"environment": "ENVIRONMENT", "host": "DB_HOST", "port": "DB_PORT", "database": "DB_DATABASE", "username": "DB_USERNAME",
	"password": "DB_PASSWORD", "certificateAuthorities": "DB_TLS_CA", "bucket": "BACKUP_BUCKET", "cloneTime": "CLONE_TIME", "id": "DUMP_ID",
}

const help = `affiliate-backup: logical dumps of a MySQL database in S3, and back

usage:
  affiliate-backup dump    --bucket B --host H --database D --id NAME --clone-time 2026-11-27T18:00:00Z
  affiliate-backup restore --from s3://B/database/2026/11/27/NAME --host H --database SCRATCH
  affiliate-backup verify  --from s3://B/database/2026/11/27/NAME [--host H --database RESTORED]
  affiliate-backup show    --from s3://B/database/2026/11/27/NAME
  affiliate-backup contract                    the names that the platform's program relies on, as JSON

dump      from a server that nobody writes to (a clone) into s3://B/database/YYYY/MM/DD/NAME/, the date that of the clone
          in UTC. Started again with the same name, it goes on. Without manifest.json there is no dump.
restore   into a database that is empty or does not exist; never over anything. Started again, it goes on. It ends with
          a comparison of every row; until then the table affiliate_restore_checkpoint stands in the database.
verify    every part against its digest; with --database also that database, row for row.

options (and the environment variables that they default to):
  --host H            DNS name, address, or path of a socket (DB_HOST)
  --port N            (DB_PORT; 3306)
  --database D        (DB_DATABASE; verify: none)
  --bucket B          dump: bucket to write to (BACKUP_BUCKET)
  --id NAME           dump: letters, digits, '.', '_', '-' (DUMP_ID)
  --clone-time T      dump: when the clone was made, RFC 3339 (CLONE_TIME)
  --environment E     dump: dimension of the metrics (ENVIRONMENT)
  --from s3://…       restore, verify, show: the dump's folder
  --definer keep|drop restore, verify: views, routines, triggers and events belong to their old owner or to the user
                      who restores (keep)
  --threads N         connections to the database, 1 to 64 (processors, at least 2)
  --part-mib N        dump: how much of a table goes into a part, 1 to 4096 (64)
  --progress N        seconds between two lines of progress, 1 to 3600 (5)
  --log json|text     JSON lines with metrics for CloudWatch, or lines for people (text on a terminal, else json)

only in the environment: DB_USERNAME, DB_PASSWORD, DB_TLS_CA (file with the certificate authorities of the server; without
it only a server on this machine is accepted), AWS_* as for any AWS program. No option takes a password.

exit codes: 0 done, 1 failed (run it again), 2 wrong arguments, 3 refused (nothing was changed), 4 damaged (do not use it)

examples:
  DB_USERNAME=affiliate_dump DB_PASSWORD=… affiliate-backup dump --bucket backups --host clone.example --database affiliate \
      --id nightly --clone-time 2026-11-27T18:00:00Z --environment production
  DB_USERNAME=admin DB_PASSWORD=… affiliate-backup restore --from s3://backups/database/2026/11/27/nightly --host new.example --database scratch
`

var errHelp = errors.New("help")

type options struct {
	target      wire.Target
	database    string
	bucket      string
	id          string
	environment string
	from        string
	definer     string
	cloneTime   time.Time
	threads     int
	partBytes   int64
	every       time.Duration
	json        bool
}

// place of a new dump.
func (o *options) place() string {
	return fmt.Sprintf("s3://%s/%s/%s/%s", o.bucket, prefix, o.cloneTime.UTC().Format("2006/01/02"), o.id)
}

func parse(command string, arguments []string, env func(string) string) (*options, error) {
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	o := &options{}
	of := func(name string) string { return env(variables[name]) }
	flags.StringVar(&o.target.Host, "host", of("host"), "")
	port := flags.String("port", or(of("port"), "3306"), "")
	database := of("database")
	if command == "verify" {
		database = "" // only a database that is asked for is compared
	}
	flags.StringVar(&o.database, "database", database, "")
	flags.StringVar(&o.bucket, "bucket", of("bucket"), "")
	flags.StringVar(&o.id, "id", of("id"), "")
	cloneTime := flags.String("clone-time", of("cloneTime"), "")
	flags.StringVar(&o.environment, "environment", of("environment"), "")
	flags.StringVar(&o.from, "from", "", "")
	flags.StringVar(&o.definer, "definer", "keep", "")
	threads := flags.String("threads", strconv.Itoa(max(2, runtime.NumCPU())), "")
	part := flags.String("part-mib", strconv.Itoa(schema.PartBytes>>20), "")
	progress := flags.String("progress", "5", "")
	log := flags.String("log", defaultLog(), "")
	if err := flags.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, errHelp
		}
		return nil, err
	}
	o.target.Username, o.target.Password, o.target.CAFile = of("username"), of("password"), of("certificateAuthorities")
	o.json = *log == "json"

	var faults []string
	fault := func(wrong bool, text string, values ...any) {
		if wrong {
			faults = append(faults, fmt.Sprintf(text, values...))
		}
	}
	fault(flags.NArg() > 0, "%q is no option; options begin with --", flags.Arg(0))
	o.target.Port = number(*port, "--port", 1, 65535, fault)
	o.threads = number(*threads, "--threads", 1, 64, fault)
	o.partBytes = int64(number(*part, "--part-mib", 1, 4096, fault)) << 20
	o.every = time.Duration(number(*progress, "--progress", 1, 3600, fault)) * time.Second
	fault(*log != "json" && *log != "text", "--log is %q; json and text are allowed", *log)
	fault(o.definer != "keep" && o.definer != "drop", "--definer is %q; keep and drop are allowed", o.definer)
	if command == "dump" {
		fault(o.bucket == "", "--bucket (or BACKUP_BUCKET) is missing")
		fault(o.environment == "", "--environment (or ENVIRONMENT) is missing: the metrics are told apart by it")
		if err := manifest.CheckID(o.id); err != nil {
			faults = append(faults, "--id (or DUMP_ID): "+err.Error())
		}
		var err error
		o.cloneTime, err = time.Parse(time.RFC3339, *cloneTime)
		fault(err != nil, "--clone-time (or CLONE_TIME) is %q; a time looks like 2026-11-27T18:00:00Z", *cloneTime)
	} else {
		fault(o.from == "", "--from is missing: the dump's folder, such as s3://backups/database/2026/11/27/nightly")
	}
	if command == "dump" || command == "restore" || (command == "verify" && o.database != "") {
		fault(o.target.Host == "", "--host (or DB_HOST) is missing")
		fault(o.database == "", "--database (or DB_DATABASE) is missing")
		fault(o.target.Username == "", "DB_USERNAME is missing in the environment")
		fault(o.target.Password == "", "DB_PASSWORD is missing in the environment; it has no option, since command lines are seen by others")
	}
	if len(faults) > 0 {
		return nil, errors.New(strings.Join(faults, "\n"))
	}
	return o, nil
}

func number(text, name string, low, high int, fault func(bool, string, ...any)) int {
	value, err := strconv.Atoi(text)
	fault(err != nil || value < low || value > high, "%s is %q; whole numbers from %d to %d are allowed", name, text, low, high)
	return value
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func defaultLog() string {
	if info, err := os.Stdout.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return "text"
	}
	return "json"
}
