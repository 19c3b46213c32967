/*
 * The generator of lab/rng.ts, bit for bit: Threefry-2x32, 20 rounds, and its uniform in [0, 1).
 */

// @ts-ignore: decorator
@inline
function mix(b: u32, a: u32, rotation: u32): u32 {
  return rotl<u32>(b, rotation) ^ a;
}

/** A multiple of 2^-24; rows and positions share one counter word of 20 + 12 bits. */
export function uniformAt(seed: u32, stream: u32, step: u32, row: u32, position: u32): f64 {
  const key2: u32 = seed ^ stream ^ 0x1bd11bda;
  let a: u32 = step + seed;
  let b: u32 = ((row << 12) | position) + stream;
  for (let group: u32 = 0; group < 5; group++) {
    if (group & 1) {
      a += b; b = mix(b, a, 17); a += b; b = mix(b, a, 29); a += b; b = mix(b, a, 16); a += b; b = mix(b, a, 24);
    } else {
      a += b; b = mix(b, a, 13); a += b; b = mix(b, a, 15); a += b; b = mix(b, a, 26); a += b; b = mix(b, a, 6);
    }
    a += keyOf(seed, stream, key2, (group + 1) % 3);
    b += keyOf(seed, stream, key2, (group + 2) % 3) + group + 1;
  }
  return <f64>(a >> 8) * (1.0 / 16777216.0);
}

function keyOf(key0: u32, key1: u32, key2: u32, index: u32): u32 {
  return index === 0 ? key0 : index === 1 ? key1 : key2;
}
