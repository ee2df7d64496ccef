// Command netpolicies says what NetworkPolicies allow, for many folders of manifests in one go.
//
// Each folder F below the one named gets a file F.json beside it: netpol-analyzer's own list of the
// allowed connections, as its command line prints it. Only the process is shared.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/np-guard/netpol-analyzer/pkg/netpol/connlist"
)

func main() {
	if len(os.Args) != 2 {
		fail(errors.New("usage: netpolicies DIRECTORY"))
	}
	folders, err := filepath.Glob(filepath.Join(os.Args[1], "*", "."))
	if err != nil {
		fail(err)
	}
	for _, folder := range folders {
		if err := analyse(filepath.Clean(folder)); err != nil {
			fail(fmt.Errorf("%s: %w", folder, err))
		}
	}
}

func analyse(folder string) error {
	analyzer := connlist.NewConnlistAnalyzer(
		connlist.WithOutputFormat("json"), connlist.WithMuteErrsAndWarns())
	allowed, _, err := analyzer.ConnlistFromDirPath(folder)
	if err != nil {
		return err
	}
	for _, problem := range analyzer.Errors() {
		if problem.IsSevere() || problem.IsFatal() {
			return problem.Error()
		}
	}
	text, err := analyzer.ConnectionsListToString(allowed)
	if err != nil {
		return err
	}
	return os.WriteFile(folder+".json", []byte(text), 0o600)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
