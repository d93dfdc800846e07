// Says which alerts Prometheus itself would raise, and what they would say: rules and samples go in, time passes, alerts come out. Reads {"rules": …,
// "expressions": […], "cases": [{"load": …, "at": ["5m", …]}]}; the load is written as in Prometheus' own tests. Expressions are only parsed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
)

const interval = 30 * time.Second

type testCase struct {
	Load string   `json:"load"`
	At   []string `json:"at"`
}

type question struct {
	Rules       string     `json:"rules"`
	Expressions []string   `json:"expressions"`
	Cases       []testCase `json:"cases"`
}

type alert struct {
	Name        string            `json:"name"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

type answer struct {
	Faults []string             `json:"faults"`
	Cases  []map[string][]alert `json:"cases"`
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fail(err)
	}
	said := answer{Faults: []string{}, Cases: []map[string][]alert{}}
	for _, expression := range asked.Expressions {
		if _, err := parser.NewParser(parser.Options{}).ParseExpr(expression); err != nil {
			said.Faults = append(said.Faults, err.Error())
		}
	}
	folder, err := os.MkdirTemp("", "egress-unification-alerts-")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "rules.yaml")
	if err := os.WriteFile(file, []byte(asked.Rules), 0o600); err != nil {
		fail(err)
	}
	for _, each := range asked.Cases {
		raised, err := play(file, each)
		if err != nil {
			fail(err)
		}
		said.Cases = append(said.Cases, raised)
	}
	if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// play lets time pass and says which alerts were firing at each of the moments.
func play(file string, asked testCase) (map[string][]alert, error) {
	loader, err := promqltest.NewLazyLoader("load "+interval.String()+"\n"+asked.Load, promqltest.LazyLoaderOpts{EnableAtModifier: true, EnableNegativeOffset: true})
	if err != nil {
		return nil, err
	}
	defer loader.Close()
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:  rules.EngineQueryFunc(loader.QueryEngine(), loader.Storage()),
		Appendable: loader.Storage(),
		Context:    context.Background(),
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {},
		Logger:     slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	groups, errs := manager.LoadGroups(interval, labels.EmptyLabels(), "", nil, false, file)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	raised := map[string][]alert{}
	began := time.Unix(0, 0).UTC()
	now := began
	for _, moment := range asked.At {
		wait, err := model.ParseDuration(moment)
		if err != nil {
			return nil, err
		}
		for ; !now.After(began.Add(time.Duration(wait))); now = now.Add(interval) {
			if err := evaluate(loader, groups, now); err != nil {
				return nil, err
			}
		}
		raised[moment] = firing(groups)
	}
	return raised, nil
}

func evaluate(loader *promqltest.LazyLoader, groups map[string]*rules.Group, now time.Time) error {
	var failure error
	loader.WithSamplesTill(now, func(err error) {
		if err != nil {
			failure = err
			return
		}
		for _, group := range groups {
			group.Eval(context.Background(), now)
			for _, rule := range group.Rules() {
				if rule.LastError() != nil {
					failure = rule.LastError()
				}
			}
		}
	})
	return failure
}

func firing(groups map[string]*rules.Group) []alert {
	found := []alert{}
	for _, group := range groups {
		for _, rule := range group.Rules() {
			alerting, is := rule.(*rules.AlertingRule)
			if !is {
				continue
			}
			for _, active := range alerting.ActiveAlerts() {
				if active.State == rules.StateFiring {
					found = append(found, alert{Name: alerting.Name(), Labels: active.Labels.Map(), Annotations: active.Annotations.Map()})
				}
			}
		}
	}
	return found
}
