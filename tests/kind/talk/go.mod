module ml-platform.test/talk

go 1.22
