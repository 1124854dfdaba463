package schema

import (
	"regexp"
	"strings"

	"affiliate-backup/manifest"
)

// Split is a table's definition in the steps in which it is made: bare, with its rows, then with its indexes (building
// one from sorted rows is many times cheaper than keeping it while rows come in), at last with its foreign keys.
type Split struct {
	Create string
	// Indexes and Foreign are the clauses of ALTER TABLE, by the name of what they add.
	Indexes, Foreign []Clause
}

// Clause of an ALTER TABLE.
type Clause struct{ Name, Add string }

var (
	indexLine   = regexp.MustCompile("^  (?:UNIQUE )?KEY `((?:[^`]|``)+)`")
	specialLine = regexp.MustCompile("^  (?:FULLTEXT|SPATIAL) KEY")
	foreignLine = regexp.MustCompile("^  CONSTRAINT `((?:[^`]|``)+)` FOREIGN KEY")
	primaryLine = regexp.MustCompile("^  PRIMARY KEY \\(`((?:[^`]|``)+)`")
	autoLine    = regexp.MustCompile("^  `((?:[^`]|``)+)` .* AUTO_INCREMENT(?:,| |$)")
)

// SplitTable cuts what SHOW CREATE TABLE answered, one clause per line. Indexes stay in the definition when the table
// needs them from the start: as its only key, for its AUTO_INCREMENT, or because a full-text or spatial index keeps its
// place among the others only so. Whatever is cut, the finished table is compared with the original text.
func SplitTable(table manifest.Table) Split {
	lines := strings.Split(table.Create, "\n")
	deferIndexes := indexesCanWait(lines)
	split := Split{}
	var kept []string
	for _, line := range lines {
		clause := strings.TrimSuffix(strings.TrimSpace(line), ",")
		if match := foreignLine.FindStringSubmatch(line); match != nil {
			split.Foreign = append(split.Foreign, Clause{unquote(match[1]), "ADD " + clause})
			continue
		}
		if match := indexLine.FindStringSubmatch(line); match != nil && deferIndexes {
			split.Indexes = append(split.Indexes, Clause{unquote(match[1]), "ADD " + clause})
			continue
		}
		kept = append(kept, line)
	}
	for index := 1; index < len(kept); index++ {
		if strings.HasPrefix(kept[index], ")") { // the clause before it is the last one now
			kept[index-1] = strings.TrimSuffix(kept[index-1], ",")
			break
		}
	}
	split.Create = strings.Join(kept, "\n")
	return split
}

func indexesCanWait(lines []string) bool {
	primary, auto := "", ""
	for _, line := range lines {
		if specialLine.MatchString(line) {
			return false
		}
		if match := primaryLine.FindStringSubmatch(line); match != nil {
			primary = match[1]
		}
		if match := autoLine.FindStringSubmatch(line); match != nil {
			auto = match[1]
		}
	}
	return primary != "" && (auto == "" || auto == primary)
}

func unquote(name string) string { return strings.ReplaceAll(name, "``", "`") }

var (
	counter = regexp.MustCompile(`(?m)^(\) ENGINE=\w+) AUTO_INCREMENT=\d+`)
	definer = regexp.MustCompile("^(CREATE (?:OR REPLACE )?(?:ALGORITHM=\\w+ )?)DEFINER=`(?:[^`]|``)*`@`(?:[^`]|``)*` ")
)

// Comparable is a table's definition without the counter of its AUTO_INCREMENT, which a server may round up.
func Comparable(create string) string { return counter.ReplaceAllString(create, "$1") }

// WithoutDefiner takes the owner off a view, routine, trigger or event: it then belongs to who makes it.
func WithoutDefiner(create string) string { return definer.ReplaceAllString(create, "$1") }
