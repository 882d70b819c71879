import { random } from '#lib/simulate/random.ts';
import { fitUpdate } from '#lib/validation/model-update.ts';
import { updateGain } from '#lib/validation/update-gain.ts';
import { personFolds } from '#lib/validation/person-folds.ts';
import { selectRows } from '#lib/validation/predictions.ts';
const expit = (x: number) => 1 / (1 + Math.exp(-x));
const sq = (p: number, c: number) => c * (1 - p) ** 2 + (1 - c) * p * p;
const lg = (p: number, c: number) => -c * Math.log(p) - (1 - c) * Math.log1p(-p);
// nested CV (Bates, Hastie, Tibshirani) for the difference in loss
function ncv(P: any, method: 'slope'|'intercept', K: number, R: number, src: any, loss: any) {
  const n = P.labels.length; let a: number[] = [], b: number[] = [], es: number[] = [];
  for (let r = 0; r < R; r++) {
    const f = personFolds(P, K, src);
    const rowsOf = (t: (k: number) => boolean) => Uint32Array.from([...f.keys()].filter((i) => t(f[i])));
    for (let k = 0; k < K; k++) {
      const out = selectRows(P, rowsOf((x) => x === k)); const inn = rowsOf((x) => x !== k); const pin = selectRows(P, inn);
      const e_in: number[] = [];
      for (let j = 0; j < K; j++) if (j !== k) { const tr = selectRows(P, rowsOf((x) => x !== k && x !== j)), te = selectRows(P, rowsOf((x) => x === j)); const u = fitUpdate(method, tr)!; const q = u.apply(te.scores); q.forEach((v, i) => e_in.push(loss(te.scores[i], te.labels[i]) - loss(v, te.labels[i]))); }
      const u = fitUpdate(method, pin)!; const q = u.apply(out.scores); const eo = [...q].map((v, i) => loss(out.scores[i], out.labels[i]) - loss(v, out.labels[i]));
      const mi = e_in.reduce((x, y) => x + y, 0) / e_in.length, mo = eo.reduce((x, y) => x + y, 0) / eo.length;
      const v = eo.reduce((x, y) => x + (y - mo) ** 2, 0) / (eo.length - 1) / eo.length;
      a.push((mi - mo) ** 2); b.push(v); es.push(...e_in);
    }
  }
  const m = (x: number[]) => x.reduce((p, q) => p + q, 0) / x.length;
  return { est: m(es), mse: Math.max(0, m(a) - m(b)) };
}
const S = Number(process.argv[2] ?? 150);
for (const [n, a, b] of [[200, 0, 1], [1000, 0, 1], [200, 0.4, 1], [400, 0, 0.8], [1000,0,.7]] as const) for (const method of ['slope', 'intercept'] as const) {
  const src = random(`g${n}${a}${b}`); const pl = Float64Array.from({ length: 20000 }, () => src.normal(-1, 1.2)), ps = pl.map(expit), pc = pl.map((l) => expit(a + b * l));
  const rec: any[] = [];
  for (let s = 0; s < S; s++) {
    const l = Float64Array.from({ length: n }, () => src.normal(-1, 1.2)); const P = { scores: l.map(expit), labels: Uint8Array.from(l, (x) => Number(src.bernoulli(expit(a + b * x)))) };
    const g: any = updateGain(method, P, { random: src, clipTo: 1e-6, rounds: 3 }); if ('cannotTell' in g) continue;
    const u = fitUpdate(method, P)!; const q = u.apply(ps); let c = 0; for (let i = 0; i < ps.length; i++) c += lg(ps[i], pc[i]) - lg(q[i], pc[i]); c /= ps.length;
    const nv = ncv(P, method, 5, 4, src, (p: number, y: number) => (y ? -Math.log(p) : -Math.log1p(-p)));
    rec.push({ g: g.logLossGain, c, nv });
  }
  const mean = rec.reduce((t, r) => t + r.c, 0) / rec.length;
  const cov = (f: (r: any) => [number, number, number]) => (100 * rec.filter((r) => { const [lo, hi, t] = f(r); return lo <= t && t <= hi; }).length / rec.length).toFixed(1);
  const half = (r: any) => (r.g.upper - r.g.lower) / 2;
  const nh = (r: any) => 1.96 * Math.max(half(r) / 1.97, Math.min(Math.sqrt(r.nv.mse), Math.sqrt(5) * half(r) / 1.97));
  console.log(n, a, b, method, 'mean truth', mean.toFixed(5), 'est', (rec.reduce((t, r) => t + r.g.estimate, 0) / rec.length).toFixed(5), 'naive|cond', cov((r) => [r.g.lower, r.g.upper, r.c]), 'naive|expected', cov((r) => [r.g.lower, r.g.upper, mean]), 'ncv|cond', cov((r) => [r.nv.est - nh(r), r.nv.est + nh(r), r.c]), 'ncv|exp', cov((r) => [r.nv.est - nh(r), r.nv.est + nh(r), mean]), 'naive@nvc center', cov((r) => [r.g.estimate - nh(r), r.g.estimate + nh(r), r.c]), cov((r) => [r.g.estimate - nh(r), r.g.estimate + nh(r), mean]));
}
