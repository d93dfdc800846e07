//go:build tools

// Package actionlint keeps go.mod and go.sum complete for the command that the tests build.
package actionlint

import _ "github.com/rhysd/actionlint/cmd/actionlint"
