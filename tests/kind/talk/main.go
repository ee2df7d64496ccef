// Command talk says who it is on every port that TALK_PORTS names, and asks others who they are.
//
//	talk              serve: every answer is `talk HOSTNAME`
//	talk ask URL...   print one JSON object: by URL what it answered, or null
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

const patience = 2 * time.Second

func main() {
	if len(os.Args) > 1 && os.Args[1] == "ask" {
		ask(os.Args[2:])
		return
	}
	name, err := os.Hostname()
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(to http.ResponseWriter, _ *http.Request) { fmt.Fprintf(to, "talk %s", name) })
	ports := os.Getenv("TALK_PORTS")
	if ports == "" {
		ports = "8080"
	}
	failed := make(chan error)
	for _, port := range strings.Split(ports, ",") {
		go func() { failed <- http.ListenAndServe(":"+port, nil) }()
	}
	log.Fatal(<-failed)
}

func ask(urls []string) {
	answers := make(map[string]*string, len(urls))
	var all sync.WaitGroup
	var one sync.Mutex
	for _, url := range urls {
		all.Add(1)
		go func() {
			defer all.Done()
			answer := get(url)
			one.Lock()
			defer one.Unlock()
			answers[url] = answer
		}()
	}
	all.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

func get(url string) *string {
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext:       (&net.Dialer{Timeout: patience}).DialContext,
	}
	answer, err := (&http.Client{Transport: transport, Timeout: patience}).Get(url)
	if err != nil {
		return nil
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil
	}
	text := string(body)
	return &text
}
