// Command registry serves what lies in /srv as a registry of images does: to be read, on port 5000.
package main

import (
	"log"
	"net/http"
	"strings"
)

const manifest = "application/vnd.oci.image.manifest.v1+json"

func main() {
	files := http.FileServer(http.Dir("/srv"))
	log.Fatal(http.ListenAndServe(":5000", http.HandlerFunc(
		func(to http.ResponseWriter, asked *http.Request) {
			kind := "application/octet-stream"
			if strings.Contains(asked.URL.Path, "/manifests/") {
				kind = manifest
			}
			to.Header().Set("Content-Type", kind)
			files.ServeHTTP(to, asked)
		})))
}
