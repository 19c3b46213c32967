/** The generator of `lab/rng.ts` in WGSL, bit for bit: Threefry-2x32, 20 rounds, and its uniform in [0, 1). */
export const threefry = /* wgsl */ `
const ROTATIONS = array<u32, 8>(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  let keys = array<u32, 3>(key.x, key.y, key.x ^ key.y ^ 0x1bd11bdau);
  var a = counter.x + keys[0];
  var b = counter.y + keys[1];
  for (var group = 0u; group < 5u; group++) {
    for (var round = 0u; round < 4u; round++) {
      let rotation = ROTATIONS[group % 2u * 4u + round];
      a += b;
      b = ((b << rotation) | (b >> (32u - rotation))) ^ a;
    }
    a += keys[(group + 1u) % 3u];
    b += keys[(group + 2u) % 3u] + group + 1u;
  }
  return vec2u(a, b);
}
/** A multiple of 2^-24; rows and positions share one counter word of 20 + 12 bits. */
fn uniformAt(seed: u32, stream: u32, step: u32, row: u32, position: u32) -> f32 {
  return f32(threefry(vec2u(seed, stream), vec2u(step, (row << 12u) | position)).x >> 8u) * 0x1p-24;
}`;
