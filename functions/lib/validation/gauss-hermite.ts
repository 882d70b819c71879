export interface QuadratureRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Nodes and weights of Gauss-Hermite quadrature, ∫ f(x) exp(−x²) dx ≈ Σ w f(x), from the three-term recurrence of the
 * orthonormal Hermite functions (DLMF 3.5.28 and 18.9) with Newton's method; the weights are divided by exp(−x²), so
 * that Σ w f(x) with these weights is ∫ f(x) dx and no weight underflows.
 */
export function gaussHermite(count: number): QuadratureRule {
  const limit = Math.sqrt(2 * count + 1);
  // The positive roots lie below the limit, and more than limit / (2 count) apart: each step of the walk holds one at most.
  const steps = 20 * count;
  const sign = (step: number) => Math.sign(hermiteFunction(count, (limit * step) / steps));
  const changes = Array.from({ length: steps - 1 }, (_, step) => step + 1).filter(
    (step) => sign(step) !== sign(step + 1),
  );
  const positive = changes.map((step) => root(count, (limit * step) / steps, (limit * (step + 1)) / steps));
  const middle = count % 2 === 1 ? [0] : [];
  const nodes = Float64Array.from([...positive.map((node) => -node).reverse(), ...middle, ...positive]);
  return { nodes, weights: nodes.map((node) => 1 / (count * hermiteFunction(count - 1, node) ** 2)) };
}

function root(count: number, from: number, to: number): number {
  let [left, right] = [from, to];
  const sign = Math.sign(hermiteFunction(count, left));
  for (;;) {
    const middle = left + (right - left) / 2;
    if (middle <= left || middle >= right) return middle;
    if (Math.sign(hermiteFunction(count, middle)) === sign) left = middle;
    else right = middle;
  }
}

/** The orthonormal Hermite function: polynomial times exp(−x²/2). */
function hermiteFunction(degree: number, x: number): number {
  let before = 0;
  let value = Math.PI ** -0.25 * Math.exp((-x * x) / 2);
  for (let n = 0; n < degree; n++) {
    const next = Math.sqrt(2 / (n + 1)) * x * value - Math.sqrt(n / (n + 1)) * before;
    before = value;
    value = next;
  }
  return value;
}
