// Charts of time that can be pointed at, filtered and zoomed. Everything here is also in the page without it: as SVG and tables.
// Texts go into the page as text (textContent), never as markup.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const count = data.starts.length;
  if (!count || typeof uPlot === "undefined") return;

  const byId = (id) => document.getElementById(id);
  const COLOURS = ["--a", "--b", "--c", "--d", "--e", "--f"];
  const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 3], [1, 4]];
  // Points of a curve of shares at most, and posts of a point at least: fewer would be noise.
  const POINTS = 60;
  const LEAST_POSTS = 20;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const whole = (n) => n.toLocaleString("en-US");
  const percent = (share) => (100 * share).toFixed(1) + "%";

  // The end of a stretch is the beginning of the next; the last one is as long as the one before it.
  const step = count > 1 ? data.starts[count - 1] - data.starts[count - 2] : 60 * (data.minutes || 1440);
  const edges = [...data.starts, data.starts[count - 1] + step];

  const state = {
    from: 0,
    to: count,
    languages: data.languages.map(() => true),
    labels: data.labels.map(() => true),
    bars: null,
  };

  // Sums over the chosen languages; null where nothing may be shown.
  const sum = (part) => {
    const rows = data.languages.filter((_, at) => state.languages[at]).map(part);
    return data.starts.map((_, at) => {
      let total = null;
      for (const row of rows) if (row[at] !== null) total = (total || 0) + row[at];
      return total;
    });
  };
  let posts, given;
  const add = () => {
    posts = sum((language) => language.posts);
    given = data.labels.map((_, label) => sum((language) => language.given[label]));
  };

  // Wilson's 95 % interval.
  const wilson = (part, of) => {
    const z = 1.959964, share = part / of, z2 = z * z;
    const middle = (share + z2 / (2 * of)) / (1 + z2 / of);
    const half = (z / (1 + z2 / of)) * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of));
    return [Math.max(0, middle - half), Math.min(1, middle + half)];
  };
  const total = (row, from, to) => {
    let all = 0;
    for (let at = from; at < to; at++) all += row[at] || 0;
    return all;
  };

  const dated = (zone) => {
    const fixed = /^([+-])(\d\d):(\d\d)/.exec(zone);
    if (fixed) {
      const seconds = (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 3600 + Number(fixed[3]) * 60);
      return (at) => uPlot.tzDate(new Date((at + seconds) * 1000), "Etc/UTC");
    }
    return (at) => uPlot.tzDate(new Date(at * 1000), zone === "UTC" ? "Etc/UTC" : zone);
  };
  const day = 86400;
  const FORMATS = [
    [day * 365, "{YYYY}", null, null, null, null, null, null, 1],
    [day * 28, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
    [day, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
    [1, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  ];
  const axis = (more) => ({
    stroke: () => colour("--soft"),
    grid: { stroke: () => colour("--line"), width: 1 },
    ticks: { stroke: () => colour("--line"), width: 1 },
    font: "12px system-ui, sans-serif",
    ...more,
  });
  // Wide enough for the longest number, and the same in both charts, so that they stand one below the other.
  const wide = Math.max(54, 22 + 7 * whole(data.languages.reduce((all, part) => all + part.posts.reduce((a, b) => a + (b || 0), 0), 0)).length);
  const side = (more) => axis({ size: wide, ...more });
  // Counts have no fractions.
  const counts = (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? whole(tick) : ""));

  const charts = [];
  const zoomed = (chart, from, to) => {
    charts.forEach((other) => {
      if (other !== chart) other.setScale("x", { min: edges[from], max: edges[to] });
    });
  };
  let quiet = false;
  const scaled = (chart, key) => {
    if (key !== "x" || quiet) return;
    const { min, max } = chart.scales.x;
    let from = edges.findIndex((edge, at) => edge <= min && (edges[at + 1] > min || at === count - 1));
    let to = edges.findIndex((edge) => edge >= max);
    from = Math.min(Math.max(from, 0), count - 1);
    to = to < 0 ? count : Math.max(to, from + 1);
    choose(from, to);
  };

  const shell = (id, label) => {
    const box = byId(id);
    box.hidden = false;
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", label);
    const readout = document.createElement("p");
    readout.className = "readout soft";
    readout.setAttribute("aria-live", "polite");
    box.append(readout);
    return [box, readout];
  };

  const common = (box) => ({
    width: Math.max(box.clientWidth, 200),
    height: 280,
    tzDate: dated(data.zone),
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: true, dist: 5 },
      sync: { key: "time", filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } },
      points: { size: 6 },
    },
  });

  const [curveBox, curveSaid] = shell("curve", "Posts per " + data.length + " and posts so far");
  const [sharesBox, sharesSaid] = byId("shares") ? shell("shares", "Share of posts with each label over time") : [];

  const soFar = (row) => {
    let all = 0;
    return row.map((n) => (all += n || 0));
  };
  const barred = () => (state.bars === null ? posts : given[state.bars]);
  const curveData = () => {
    const row = barred();
    return [data.starts, row, soFar(row)];
  };

  // Shares by some stretches together, as many as hold posts enough; null where something is not known.
  const sharesData = () => {
    const least = Math.max(1, Math.ceil((state.to - state.from) / POINTS));
    const xs = [];
    const out = data.labels.map(() => [[], [], []]);
    let from = state.from, of = 0, parts = data.labels.map(() => 0);
    const end = (to) => {
      xs.push((edges[from] + edges[to]) / 2);
      out.forEach((rows, label) => {
        const [low, high] = of ? wilson(parts[label], of) : [null, null];
        [of ? parts[label] / of : null, high, low].forEach((value, at) => rows[at].push(value));
      });
      from = to;
      of = 0;
      parts = data.labels.map(() => 0);
    };
    for (let at = state.from; at < state.to; at++) {
      const known = posts[at] !== null && given.every((row) => row[at] !== null);
      if (known) {
        of += posts[at];
        parts = parts.map((part, label) => part + Math.min(given[label][at], posts[at]));
      }
      const full = at + 1 - from >= least && of >= LEAST_POSTS;
      if (of && (full || at + 1 === state.to || !known)) end(at + 1);
      else if (!known) end(at + 1);
    }
    return [xs, ...out.flat()];
  };

  // The name of the stretch that a moment lies in.
  const stretch = (moment) => {
    let at = count - 1;
    while (at > 0 && edges[at] > moment) at--;
    return at;
  };

  const curveHover = (chart) => {
    const at = chart.cursor.idx;
    if (at === null || at === undefined) {
      curveSaid.textContent = "Bars: posts per " + data.length + " (left axis). Line: posts so far (right axis)." +
        (data.bursts.length ? " Shaded: bursts." : "");
      return;
    }
    const [, row, all] = chart.data;
    const n = row[at] === null ? "too few to be shown" : whole(row[at]) + (row[at] === 1 ? " post" : " posts");
    curveSaid.textContent = data.names[at] + ": " + n + "; " + whole(all[at]) + " so far";
  };
  const sharesHover = (chart) => {
    const at = chart.cursor.idx;
    if (at === null || at === undefined) {
      sharesSaid.textContent = "Lines: share of posts, uncorrected. Bands: 95% intervals for chance alone.";
      return;
    }
    const parts = data.labels.map((label, l) => {
      const value = chart.data[1 + 3 * l][at];
      if (!state.labels[l] || value === null) return null;
      return label + " " + percent(value) + " (" + (100 * chart.data[3 + 3 * l][at]).toFixed(1) + "–" +
        (100 * chart.data[2 + 3 * l][at]).toFixed(1) + ")";
    });
    sharesSaid.textContent = data.names[stretch(chart.data[0][at])] + ": " + parts.filter(Boolean).join(" · ");
  };

  const shaded = (chart) => {
    const { ctx, bbox } = chart;
    ctx.save();
    ctx.fillStyle = colour("--burst");
    data.bursts.forEach(([from, to]) => {
      const left = Math.max(chart.valToPos(edges[from], "x", true), bbox.left);
      const right = Math.min(chart.valToPos(edges[to], "x", true), bbox.left + bbox.width);
      // A thin gap tells neighbours apart.
      if (right > left) ctx.fillRect(left, bbox.top, Math.max(right - left - 1.5, 2), bbox.height);
    });
    ctx.restore();
  };

  const span = () => [edges[state.from], edges[state.to]];
  add();

  const curve = new uPlot(
    {
      ...common(curveBox),
      scales: {
        x: { time: true, range: (_, min, max) => (min === null ? span() : [min, max]) },
        y: { range: (_, min, max) => [0, Math.max(1, max * 1.05)] },
        sum: { range: (_, min, max) => [0, Math.max(1, max * 1.05)] },
      },
      axes: [
        axis({ values: FORMATS, space: 70 }),
        side({ values: counts }),
        side({ side: 1, scale: "sum", values: counts, grid: { show: false } }),
      ],
      series: [
        {},
        {
          fill: () => colour("--a"),
          width: 0,
          points: { show: false },
          paths: uPlot.paths.bars({ size: [1, Infinity], align: 1, gap: count > 300 ? 0 : 1 }),
        },
        { scale: "sum", stroke: () => colour("--b"), width: 2, points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }) },
      ],
      hooks: { drawClear: [shaded], setCursor: [curveHover], setScale: [scaled] },
    },
    curveData(),
    curveBox
  );
  charts.push(curve);

  let shares = null;
  if (sharesBox) {
    const series = [{}];
    const bands = [];
    data.labels.forEach((label, l) => {
      const name = COLOURS[l % COLOURS.length];
      const edge = { stroke: "transparent", width: 0, points: { show: false } };
      series.push(
        { label, stroke: () => colour(name), width: 2, dash: DASHES[l % DASHES.length], points: { show: false } },
        { ...edge },
        { ...edge }
      );
      bands.push({ series: [2 + 3 * l, 3 + 3 * l], fill: () => colour(name) + "33" });
    });
    shares = new uPlot(
      {
        ...common(sharesBox),
        scales: {
          x: { time: true, range: (_, min, max) => (min === null ? span() : [min, max]) },
          y: { range: (_, min, max) => [0, Math.min(1, Math.max(0.05, max === null ? 1 : max * 1.05))] },
        },
        axes: [
          axis({ values: FORMATS, space: 70 }),
          side({ values: (_, ticks) => ticks.map((tick) => Math.round(100 * tick) + "%") }),
          side({ side: 1, values: () => [], grid: { show: false }, ticks: { show: false } }),
        ],
        series,
        bands,
        hooks: { setCursor: [sharesHover], setScale: [scaled] },
      },
      sharesData(),
      sharesBox
    );
    charts.push(shares);
  }

  // What the chosen stretch, languages and labels come to.
  const chosen = byId("chosen");
  const say = () => {
    chosen.replaceChildren();
    const put = (name, text, under) => {
      const element = document.createElement(name);
      element.textContent = text;
      (under || chosen).append(element);
      return element;
    };
    const { from, to } = state;
    const all = total(posts, from, to);
    const minutes = (edges[to] - edges[from]) / 60;
    const picked = data.languages.filter((_, at) => state.languages[at]).map((language) => language.name);
    const languages = picked.length === data.languages.length ? "" : ", in " + (picked.join(", ") || "no language");
    const pace = minutes > 0 ? " (" + (all / minutes).toPrecision(3) + " a minute)" : "";
    put("p", data.names[from] + " to " + data.names[to] + ": " + whole(all) + " posts" + pace + languages);
    if (!all || !data.labels.length) return;
    const list = put("ul", "");
    list.className = "key";
    let wholeKnown = true;
    data.labels.forEach((label, l) => {
      if (!state.labels[l]) return;
      // Where something may not be shown, shares are of the stretches of which both are known.
      const known = posts.map((n, at) => (n === null || given[l][at] === null ? null : n));
      const of = total(known, from, to);
      const part = Math.min(of, total(given[l].map((n, at) => (known[at] === null ? null : n)), from, to));
      if (!of) return;
      wholeKnown = wholeKnown && of === all;
      const [low, high] = wilson(part, of);
      const item = document.createElement("li");
      const mark = document.createElement("span");
      mark.className = "dot b" + (l % COLOURS.length);
      item.append(mark, label + " " + whole(part) + ", " + percent(part / of) + " (" + (100 * low).toFixed(1) + "–" + (100 * high).toFixed(1) + ")");
      list.append(item);
    });
    if (data.net && wholeKnown) {
      const [a, b] = data.net.map((name) => data.labels.indexOf(name));
      if (a >= 0 && b >= 0) {
        const net = (100 * (total(given[a], from, to) - total(given[b], from, to))) / all;
        put("li", "net stance " + (net < 0 ? "−" : "+") + Math.abs(net).toFixed(1) + " points", list);
      }
    }
    const soft = put("p", "Uncorrected: labels as predicted." + (wholeKnown ? "" : " Of the stretches of time that may be shown."));
    soft.className = "soft";
  };

  const redraw = () => {
    quiet = true;
    const [min, max] = span();
    curve.batch(() => {
      curve.setData(curveData(), false);
      curve.setScale("x", { min, max });
    });
    if (shares) {
      shares.batch(() => {
        data.labels.forEach((_, l) => [1, 2, 3].forEach((at) => shares.setSeries(at + 3 * l, { show: state.labels[l] })));
        shares.setData(sharesData(), false);
        shares.setScale("x", { min, max });
      });
    }
    // uPlot ends a batch in a microtask.
    queueMicrotask(() => queueMicrotask(() => (quiet = false)));
    curveHover(curve);
    if (shares) sharesHover(shares);
    say();
  };
  const choose = (from, to) => {
    if (from === state.from && to === state.to) return;
    state.from = from;
    state.to = to;
    redraw();
  };

  const controls = byId("controls");
  controls.hidden = false;
  chosen.hidden = false;
  document.documentElement.classList.add("js");
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("change", (event) => {
    const { label, language } = event.target.dataset;
    if (label !== undefined) state.labels[label] = event.target.checked;
    if (language !== undefined) state.languages[language] = event.target.checked;
    if (event.target.id === "bars") state.bars = event.target.value === "" ? null : Number(event.target.value);
    add();
    redraw();
  });
  const every = byId("every-language");
  if (every)
    every.addEventListener("click", () => {
      state.languages.fill(true);
      controls.querySelectorAll("[data-language]").forEach((box) => (box.checked = true));
      add();
      redraw();
    });
  const moved = (by) => {
    const length = state.to - state.from;
    const from = Math.min(Math.max(0, state.from + by * Math.max(1, Math.round(length / 2))), count - length);
    choose(from, from + length);
  };
  const resized = (by) => {
    const length = Math.min(count, Math.max(Math.min(count, 4), Math.round((state.to - state.from) * by)));
    const middle = (state.from + state.to) / 2;
    const from = Math.min(Math.max(0, Math.round(middle - length / 2)), count - length);
    choose(from, from + length);
  };
  byId("earlier").addEventListener("click", () => moved(-1));
  byId("later").addEventListener("click", () => moved(1));
  byId("nearer").addEventListener("click", () => resized(0.5));
  byId("farther").addEventListener("click", () => resized(2));
  byId("whole").addEventListener("click", () => choose(0, count));

  // A chart by keyboard: arrows move what is read out.
  [[curve, curveBox, curveHover], [shares, sharesBox, sharesHover]].forEach(([chart, box]) => {
    if (!chart) return;
    box.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const xs = chart.data[0];
      const visible = xs.map((x, at) => at).filter((at) => xs[at] >= chart.scales.x.min && xs[at] < chart.scales.x.max);
      if (!visible.length) return;
      const now = chart.cursor.idx;
      const at = now === null || now === undefined ? visible[0] : Math.min(Math.max(now + by, visible[0]), visible[visible.length - 1]);
      chart.setCursor({ left: chart.valToPos(xs[at], "x"), top: 10 });
    });
    chart.over.addEventListener("dblclick", () => choose(0, count));
    if (typeof ResizeObserver !== "undefined")
      new ResizeObserver(() => {
        const width = Math.max(box.clientWidth, 200);
        if (width !== chart.width) chart.setSize({ width, height: 280 });
      }).observe(box);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((chart) => chart.redraw()));
  redraw();
})();
