// Command kind-without-docker stands in for kind, and for docker, where tests run without either.
//
// A configuration file is read as strictly as kind reads it, into kind's own published types. What
// comes up in place of containers is the control plane of a sandbox: the program that
// CLUSTER_PROGRAM names is given the cluster's folder and has to start, or stop, what is in it.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
)

func main() {
	machine := machine{folder: os.Getenv("KIND_WITHOUT_DOCKER")}
	name, words := filepath.Base(os.Args[0]), os.Args[1:]
	if len(words) == 1 && words[0] == "--version" {
		fmt.Println("kind-without-docker version 0.33.0")
		return
	}
	err := errors.New("KIND_WITHOUT_DOCKER names no folder")
	if machine.folder != "" && name == "docker" {
		err = machine.docker(words)
	} else if machine.folder != "" {
		err = machine.kind(words)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ERROR:", err)
		os.Exit(1)
	}
}

type machine struct{ folder string }

func (m machine) kind(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("unknown command %q", words)
	}
	flags := flag.NewFlagSet("kind", flag.ContinueOnError)
	name := flags.String("name", "kind", "")
	config := flags.String("config", "", "")
	kubeconfig := flags.String("kubeconfig", "", "")
	flags.Duration("wait", 0, "")
	if err := flags.Parse(words[2:]); err != nil {
		return err
	}
	switch strings.Join(words[:2], " ") {
	case "create cluster":
		return m.create(*name, *config, *kubeconfig)
	case "delete cluster":
		return m.remove(*name)
	case "get clusters":
		return m.list()
	case "get kubeconfig":
		return m.print(m.cluster(*name, "kubeconfig"))
	}
	return fmt.Errorf("unknown command %q", words)
}

func (m machine) cluster(name string, path ...string) string {
	return filepath.Join(append([]string{m.folder, "clusters", name}, path...)...)
}

func (m machine) create(name, config, kubeconfig string) error {
	if config != "-" || kubeconfig == "" {
		return errors.New("expected --config - and --kubeconfig FILE")
	}
	decoder := yaml.NewDecoder(os.Stdin)
	decoder.KnownFields(true)
	var cluster v1alpha4.Cluster
	if err := decoder.Decode(&cluster); err != nil {
		return fmt.Errorf("unable to decode config: %w", err)
	}
	if err := check(&cluster); err != nil {
		return err
	}
	if _, err := os.Stat(m.cluster(name)); err == nil {
		return fmt.Errorf("failed to create cluster: node(s) already exist for a cluster with the name %q", name)
	}
	if err := m.ownNetwork(); err != nil {
		return err
	}
	if err := os.MkdirAll(m.cluster(name), 0o700); err != nil {
		return err
	}
	text, err := json.Marshal(cluster)
	if err != nil {
		return err
	}
	if err := os.WriteFile(m.cluster(name, "cluster.json"), text, 0o600); err != nil {
		return err
	}
	if err := m.run("start", name); err != nil {
		return errors.Join(err, m.remove(name))
	}
	made, err := os.ReadFile(m.cluster(name, "kubeconfig"))
	if err != nil {
		return err
	}
	return os.WriteFile(kubeconfig, made, 0o600)
}

// ownNetwork is what kind makes for itself where there is none; nobody removes it.
func (m machine) ownNetwork() error {
	if _, err := os.Stat(m.thing("networks", "kind")); err == nil {
		return nil
	}
	var made thing
	made.IPAM.Config = []map[string]string{{"Subnet": "172.19.0.0/16"}}
	return m.keep("networks", "kind", made)
}

// check refuses what the types allow and kind does not.
func check(cluster *v1alpha4.Cluster) error {
	if cluster.Kind != "Cluster" || cluster.APIVersion != "kind.x-k8s.io/v1alpha4" {
		return fmt.Errorf("unknown apiVersion and kind %s, %s", cluster.APIVersion, cluster.Kind)
	}
	planes, ports := 0, map[int32]bool{}
	for _, node := range cluster.Nodes {
		switch node.Role {
		case v1alpha4.ControlPlaneRole:
			planes++
		case v1alpha4.WorkerRole:
		default:
			return fmt.Errorf("invalid node role %q", node.Role)
		}
		for _, port := range node.ExtraPortMappings {
			if ports[port.HostPort] {
				return fmt.Errorf("port %d is mapped twice", port.HostPort)
			}
			ports[port.HostPort] = true
		}
		for _, mount := range node.ExtraMounts {
			if _, err := os.Stat(mount.HostPath); err != nil {
				return err
			}
		}
	}
	if planes == 0 {
		return errors.New("must have at least one control-plane node")
	}
	return nil
}

func (m machine) remove(name string) error {
	if _, err := os.Stat(m.cluster(name)); os.IsNotExist(err) {
		return nil
	}
	if err := m.run("stop", name); err != nil {
		return err
	}
	return os.RemoveAll(m.cluster(name))
}

func (m machine) run(verb, name string) error {
	words := append(strings.Fields(os.Getenv("CLUSTER_PROGRAM")), verb, m.cluster(name))
	command := exec.Command(words[0], words[1:]...)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	return command.Run()
}

func (m machine) list() error {
	found, err := os.ReadDir(filepath.Join(m.folder, "clusters"))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	if len(found) == 0 {
		fmt.Fprintln(os.Stderr, "No kind clusters found.")
	}
	for _, entry := range found {
		fmt.Println(entry.Name())
	}
	return nil
}

func (m machine) print(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(os.Stdout, file)
	return err
}

// info answers in the words of a template, as docker does.
func (m machine) info(format string) error {
	text, err := os.ReadFile(filepath.Join(m.folder, "info.json"))
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var facts map[string]any
	if err := decoder.Decode(&facts); err != nil {
		return err
	}
	functions := template.FuncMap{"json": func(value any) (string, error) {
		text, err := json.Marshal(value)
		return string(text), err
	}}
	words, err := template.New("").Funcs(functions).Parse(format + "\n")
	if err != nil {
		return err
	}
	return words.Execute(os.Stdout, facts)
}

// docker knows what a cluster needs of it: one network, and containers that run nothing.
func (m machine) docker(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("docker %q: not in this stand-in", words)
	}
	switch words[0] {
	case "info":
		return m.info(words[len(words)-1])
	case "network":
		return m.network(words[1], words[2:])
	case "run":
		return m.container(words[1:])
	case "ps":
		return m.labelled("containers", words[1:])
	case "rm":
		return os.Remove(m.thing("containers", words[len(words)-1]))
	}
	return fmt.Errorf("docker %q: not in this stand-in", words)
}

// thing is what docker keeps: a container or a network, by its name.
type thing struct {
	Labels, Ports []string
	IPAM          struct{ Config []map[string]string }
}

func (m machine) thing(kind, name string) string {
	return filepath.Join(m.folder, kind, name+".json")
}

func (m machine) keep(kind, name string, what thing) error {
	text, err := json.Marshal(what)
	if err != nil {
		return err
	}
	path := m.thing(kind, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

func (m machine) kept(kind string) (map[string]thing, error) {
	found := map[string]thing{}
	paths, err := filepath.Glob(m.thing(kind, "*"))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		var what thing
		if err := json.Unmarshal(text, &what); err != nil {
			return nil, err
		}
		found[strings.TrimSuffix(filepath.Base(path), ".json")] = what
	}
	return found, err
}

type repeated []string

func (r *repeated) String() string         { return strings.Join(*r, " ") }
func (r *repeated) Set(value string) error { *r = append(*r, value); return nil }

func (m machine) network(verb string, words []string) error {
	networks, err := m.kept("networks")
	if err != nil {
		return err
	}
	last := words[len(words)-1]
	switch verb {
	case "inspect":
		if _, there := networks[words[0]]; !there {
			return fmt.Errorf("network %s not found", words[0])
		}
		return m.print(m.thing("networks", words[0]))
	case "create":
		var made thing
		flags := flag.NewFlagSet("network create", flag.ContinueOnError)
		flags.String("driver", "bridge", "")
		flags.Var(&repeated{}, "opt", "")
		flags.Var((*repeated)(&made.Labels), "label", "")
		subnet := flags.String("subnet", "", "")
		if err := flags.Parse(words); err != nil {
			return err
		}
		if _, there := networks[last]; there {
			return fmt.Errorf("network with name %s already exists", last)
		}
		made.IPAM.Config = []map[string]string{{"Subnet": *subnet}}
		return m.keep("networks", last, made)
	case "ls":
		return m.labelled("networks", words)
	case "rm":
		inside, err := filepath.Glob(m.cluster("*"))
		if err != nil {
			return err
		}
		containers, err := m.kept("containers")
		if err != nil {
			return err
		}
		if len(inside)+len(containers) > 0 {
			return fmt.Errorf("error while removing network: network %s has active endpoints", last)
		}
		return os.Remove(m.thing("networks", last))
	}
	return fmt.Errorf("docker network %s: not in this stand-in", verb)
}

// container is created, and not started where somebody has its port; docker leaves it there.
func (m machine) container(words []string) error {
	var made thing
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.Bool("detach", false, "")
	flags.String("restart", "", "")
	network := flags.String("network", "", "")
	name := flags.String("name", "", "")
	flags.Var((*repeated)(&made.Ports), "publish", "")
	flags.Var((*repeated)(&made.Labels), "label", "")
	if err := flags.Parse(words); err != nil {
		return err
	}
	if _, err := os.Stat(m.thing("networks", *network)); err != nil {
		return fmt.Errorf("network %s not found", *network)
	}
	containers, err := m.kept("containers")
	if err != nil {
		return err
	}
	if _, there := containers[*name]; there {
		return fmt.Errorf("Conflict. The container name \"/%s\" is already in use", *name)
	}
	if err := m.keep("containers", *name, made); err != nil {
		return err
	}
	for _, other := range containers {
		for _, port := range other.Ports {
			if slices.Contains(made.Ports, port) {
				return fmt.Errorf("Bind for %s failed: port is already allocated", port)
			}
		}
	}
	fmt.Println(*name)
	return nil
}

// labelled lists what carries a label: `label=key` or `label=key=value`.
func (m machine) labelled(kind string, words []string) error {
	flags := flag.NewFlagSet(kind, flag.ContinueOnError)
	flags.Bool("all", false, "")
	flags.Bool("quiet", false, "")
	filter := flags.String("filter", "", "")
	if err := flags.Parse(words); err != nil {
		return err
	}
	wanted := strings.TrimPrefix(*filter, "label=")
	found, err := m.kept(kind)
	for name, what := range found {
		if slices.ContainsFunc(what.Labels, func(label string) bool {
			return label == wanted || strings.HasPrefix(label, wanted+"=")
		}) {
			fmt.Println(name)
		}
	}
	return err
}
