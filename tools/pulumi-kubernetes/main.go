// Command pulumi-resource-kubernetes is the Kubernetes provider, served from its Go module.
//
// The schema is the one of the same module: the build copies it beside this file.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

//go:embed schema.json
var schema []byte

var version string // set by the linker

func main() {
	provider.Serve("kubernetes", version, schema, []byte("{}"))
}
