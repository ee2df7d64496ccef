module ml-platform.test/registry

go 1.22
