// Package manifest is what a dump says of itself. plan.json is written first and says what is going to be in it; each
// finished part leaves a record; manifest.json is written last, and without it there is no dump.
package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"time"
)

// Names of the objects in a dump's folder.
const (
	File    = "manifest.json"
	Plan    = "plan.json"
	Records = "records/"
	Data    = "data/"
)

// Format is the version of all this. A reader refuses another.
const Format = "affiliate-dump/1"

// Column of a table, as it is dumped.
type Column struct {
	Name string `json:"name"`
	// Type is MySQL's DATA_TYPE: int, varchar, json.
	Type string `json:"type"`
}

// Part is a range of a table's rows, in an object of its own.
type Part struct {
	// Name is that of the object, below Data.
	Name string `json:"name"`
	// Where limits the table's rows to the part's, "" for all.
	Where string `json:"where,omitempty"`
	// Weight is an estimate of the part's bytes, for the progress.
	Weight int64 `json:"weight"`
}

// Record is what became of a part.
type Record struct {
	Part
	Rows uint64 `json:"rows"`
	// Bytes of the rows as lines; Compressed is the object's size.
	Bytes      uint64 `json:"bytes"`
	Compressed int64  `json:"compressedBytes"`
	// SHA256 of the object; Digest of its rows (see rows.Sum).
	SHA256 string `json:"sha256"`
	Digest string `json:"digest"`
}

// Table as it was, and its parts.
type Table struct {
	Name   string `json:"name"`
	Create string `json:"create"`
	// Columns that are dumped: generated ones are not.
	Columns []Column `json:"columns"`
	Primary string   `json:"primaryColumn,omitempty"`
	Parts   []Part   `json:"parts,omitempty"`
	// Of a finished dump.
	Rows    uint64   `json:"rows"`
	Bytes   uint64   `json:"bytes"`
	Digest  string   `json:"digest,omitempty"`
	Records []Record `json:"records,omitempty"`
}

// Object is a view, routine, trigger or event, with the settings it was made under.
type Object struct {
	// Kind is VIEW, FUNCTION, PROCEDURE, TRIGGER or EVENT.
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Create    string `json:"create"`
	SQLMode   string `json:"sqlMode,omitempty"`
	Charset   string `json:"characterSetClient,omitempty"`
	Collation string `json:"collationConnection,omitempty"`
	Database  string `json:"databaseCollation,omitempty"`
	TimeZone  string `json:"timeZone,omitempty"`
}

// Source says what was dumped.
type Source struct {
	Host          string `json:"host"`
	Database      string `json:"database"`
	ServerVersion string `json:"serverVersion"`
	// ServerID tells two servers of one name apart.
	ServerID string `json:"serverId"`
	// CloneTime is the moment that the dump shows.
	CloneTime time.Time `json:"cloneTime"`
}

// Schema of a database.
type Schema struct {
	Charset   string   `json:"characterSet"`
	Collation string   `json:"collation"`
	Tables    []Table  `json:"tables"`
	Objects   []Object `json:"objects"`
}

// Totals over all tables.
type Totals struct {
	Tables     int     `json:"tables"`
	Parts      int     `json:"parts"`
	Rows       uint64  `json:"rows"`
	Bytes      uint64  `json:"bytes"`
	Compressed int64   `json:"compressedBytes"`
	Seconds    float64 `json:"seconds"`
}

// Manifest of a dump, or its plan.
type Manifest struct {
	Format string `json:"format"`
	ID     string `json:"id"`
	// Prefix of the dump's keys: a folder that was copied elsewhere says where it came from.
	Prefix      string    `json:"prefix"`
	Environment string    `json:"environment"`
	Started     time.Time `json:"started"`
	Finished    time.Time `json:"finished,omitzero"`
	Source      Source    `json:"source"`
	Schema      Schema    `json:"schema"`
	Totals      Totals    `json:"totals"`
	// Digest is the SHA-256 of this text with an empty digest.
	Digest string `json:"digest"`
}

// Encode seals the manifest and writes it as JSON.
func (m *Manifest) Encode() ([]byte, error) {
	digest, err := m.seal()
	if err != nil {
		return nil, err
	}
	m.Digest = digest
	return json.MarshalIndent(m, "", " ")
}

func (m *Manifest) seal() (string, error) {
	open := *m
	open.Digest = ""
	text, err := json.Marshal(open)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// Decode reads a manifest and refuses one that was changed, cut off, or written by another version.
func Decode(text []byte) (*Manifest, error) {
	m := &Manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("it is cut off or no manifest: %w", err)
	}
	if m.Format != Format {
		return nil, fmt.Errorf("its format is %q; this program reads %s", m.Format, Format)
	}
	digest, err := m.seal()
	if err != nil {
		return nil, err
	}
	if digest != m.Digest {
		return nil, fmt.Errorf("its content has digest %s and it says %s: it was changed after it was written", digest, m.Digest)
	}
	return m, nil
}

var identifier = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// CheckID says whether a dump may be called so: the name becomes a part of S3 keys.
func CheckID(id string) error {
	if !identifier.MatchString(id) {
		return fmt.Errorf("%q cannot name a dump: 1 to 100 letters, digits, '.', '_' and '-', the first a letter or a digit", id)
	}
	return nil
}
