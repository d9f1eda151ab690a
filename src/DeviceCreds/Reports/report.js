"use strict";
(() => {
  const pageSize = 50;
  const verdicts = ["Not readable", "Failed", "Warning", "Passed"];
  const outcomes = ["Passed", "Warning", "Failed", "Skipped"];
  const byId = id => document.getElementById(id);
  const read = id => JSON.parse(byId(id).textContent);

  const { kinds, rules, patterns, messages } = read("tables");
  const rows = read("rows").map(([name, kind, verdict, subject, path, until, pattern, texts, serial]) => ({ name, kind, verdict, subject, path, until, pattern, texts, serial }));
  // The worst first; a sort keeps the order among equals.
  rows.sort((a, b) => a.verdict - b.verdict);
  const findings = patterns.map(p => new Set(p.filter(c => c % 4 === 1 || c % 4 === 2).map(c => c >> 2)));
  for (const row of rows) row.haystack = [row.name, row.subject, row.path, row.serial, ...[...findings[row.pattern]].map(r => rules[r][0])].join("\n").toLowerCase();

  const count = n => n.toLocaleString("en-US");
  const element = (name, text, className) => {
    const e = document.createElement(name);
    if (text !== undefined) e.textContent = text;
    if (className) e.className = className;
    return e;
  };

  const choices = [
    ["All", () => true],
    ["Not passed", r => r.verdict < 2],
    ["Warnings", r => r.verdict === 2],
    ["Passed", r => r.verdict === 3],
  ];
  choices.forEach(([name, matches], i) => {
    const label = element("label");
    const radio = element("input");
    Object.assign(radio, { type: "radio", name: "verdict", value: String(i), checked: i === 0 });
    label.append(radio, `${name} (${count(rows.filter(matches).length)})`);
    byId("verdicts").append(label);
  });
  const option = (select, value, text) => byId(select).append(Object.assign(element("option", text), { value: String(value) }));
  kinds.forEach((kind, i) => option("kind", i, kind));
  [...new Set(findings.flatMap(s => [...s]))].sort((a, b) => (rules[a][0] < rules[b][0] ? -1 : 1)).forEach(r => option("rule", r, rules[r][0]));

  let shown = rows;
  let page = 0;

  function filter() {
    const search = byId("search").value.trim().toLowerCase();
    const matches = choices[Number(document.querySelector("input[name=verdict]:checked").value)][1];
    const kind = byId("kind").value;
    const rule = byId("rule").value;
    shown = rows.filter(r => matches(r) && (kind === "" || r.kind === Number(kind)) && (rule === "" || findings[r.pattern].has(Number(rule))) && r.haystack.includes(search));
    show(0);
  }

  function show(number) {
    page = number;
    const last = Math.max(Math.ceil(shown.length / pageSize) - 1, 0);
    const from = page * pageSize;
    const part = shown.slice(from, from + pageSize);
    document.querySelector("#devices tbody").replaceChildren(...part.map(tableRow));
    byId("status").textContent = shown.length === 0 ? "No certificates match." : `${count(from + 1)} to ${count(from + part.length)} of ${count(shown.length)}` + (shown.length < rows.length ? ` (${count(rows.length)} in all)` : "");
    byId("page").textContent = `Page ${count(page + 1)} of ${count(last + 1)}`;
    byId("previous").disabled = page === 0;
    byId("next").disabled = page === last;
    byId("pages").hidden = last === 0;
  }

  function tableRow(row) {
    const tr = element("tr");
    const name = element("th", row.name);
    name.scope = "row";
    tr.append(element("td", verdicts[row.verdict], ["unread", "failed", "warning", "passed"][row.verdict]), name, element("td", kinds[row.kind] ?? ""), element("td", row.until), found(row));
    return tr;
  }

  function found(row) {
    const td = element("td");
    const list = element("ul");
    let text = 0;
    const checks = patterns[row.pattern].map(c => ({ rule: rules[c >> 2], outcome: c % 4, message: c % 4 === 0 ? "" : messages[row.texts[text++]] }));
    for (const check of checks.filter(c => c.outcome === 1 || c.outcome === 2)) list.append(item(check.rule[0], `: ${check.message} ${check.rule[2]}`, check.outcome));
    if (list.children.length) td.append(list);
    const details = element("details");
    details.append(element("summary", checks.length === 1 ? "1 check" : `All ${checks.length} checks`));
    details.addEventListener("toggle", () => {
      if (details.children.length > 1) return;
      const about = [row.path, row.subject, row.until && `${kinds[row.kind]}, expires on ${row.until}, serial number ${row.serial}`];
      for (const text of about.filter(Boolean)) details.append(element("p", text, "muted"));
      const all = element("ul");
      for (const check of checks) all.append(item(outcomes[check.outcome], `: ${check.rule[0]}. ${check.rule[1]} ${check.message}`, check.outcome));
      details.append(all);
    });
    td.append(details);
    return td;
  }

  function item(strong, text, outcome) {
    const li = element("li");
    li.append(element("span", strong, ["passed", "warning", "failed", "muted"][outcome]), text);
    return li;
  }

  byId("filter").addEventListener("input", filter);
  byId("filter").addEventListener("submit", e => e.preventDefault());
  byId("previous").addEventListener("click", () => show(page - 1));
  byId("next").addEventListener("click", () => show(page + 1));
  byId("filter").hidden = byId("devices").hidden = false;
  show(0);
})();
