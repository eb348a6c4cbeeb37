/**
 * Capital letters and digits as strokes in a square of 100: drawn by us, because a server may have no fonts at all.
 * The line is 13 wide with round ends, within 10 to 90.
 */
const glyphs: Readonly<Record<string, string>> = {
  a: 'M18 90 50 10 82 90M30 62H70',
  b: 'M26 10V90H53A22 22 0 0 0 53 46H26M26 10H49A18 18 0 0 1 49 46',
  c: 'M78 27A36 40 0 1 0 78 73',
  d: 'M25 10V90H42A36 40 0 0 0 42 10Z',
  e: 'M74 10H27V90H74M27 49H66',
  f: 'M74 10H28V90M28 50H66',
  g: 'M77 26A36 40 0 1 0 81 56H56',
  h: 'M24 10V90M76 10V90M24 49H76',
  i: 'M50 10V90M34 10H66M34 90H66',
  j: 'M68 10V64A22 25 0 0 1 25 68',
  k: 'M27 10V90M75 10 27 58M43 43 77 90',
  l: 'M31 10V90H74',
  m: 'M16 90V10L50 60 84 10V90',
  n: 'M24 90V10L76 90V10',
  o: 'M50 10A35 40 0 1 0 50 90 35 40 0 1 0 50 10Z',
  p: 'M28 90V10H51A22 22 0 0 1 51 54H28',
  q: 'M50 10A35 40 0 1 0 50 90 35 40 0 1 0 50 10ZM58 68 82 93',
  r: 'M28 90V10H51A22 22 0 0 1 51 54H28M51 54 76 90',
  s: 'M74 24C66 4 26 6 28 30 30 54 74 46 74 70 74 96 32 95 24 74',
  t: 'M18 10H82M50 10V90',
  u: 'M23 10V60A27 30 0 0 0 77 60V10',
  v: 'M19 10 50 90 81 10',
  w: 'M9 10 30 90 50 32 70 90 91 10',
  x: 'M22 10 78 90M78 10 22 90',
  y: 'M20 10 50 50 80 10M50 50V90',
  z: 'M23 10H77L23 90H77',
  0: 'M50 10A27 40 0 1 0 50 90 27 40 0 1 0 50 10ZM41 62 59 38',
  1: 'M32 26 53 10V90M32 90H74',
  2: 'M25 32C27 2 75 2 74 32 73 54 36 66 25 90H76',
  3: 'M26 20C40 2 74 8 72 30 70 46 56 48 44 48 60 48 76 52 76 70 76 96 36 96 24 78',
  4: 'M66 90V10L20 66H84',
  5: 'M72 10H32L28 47C44 35 78 40 76 66 74 94 36 96 24 78',
  6: 'M66 10C42 24 25 44 25 64A25 26 0 1 0 75 64 25 26 0 1 0 25 64',
  7: 'M22 10H78L42 90',
  8: 'M50 47A20 18.5 0 1 1 50 10 20 18.5 0 1 1 50 47 25 21.5 0 1 1 50 90 25 21.5 0 1 1 50 47',
  9: 'M34 90C58 76 75 56 75 36A25 26 0 1 0 25 36 25 26 0 1 0 75 36',
}

/** A head and shoulders, where a name has no letter. */
const person = 'M50 12A19 19 0 1 0 50 50 19 19 0 1 0 50 12ZM15 90C15 58 85 58 85 90'

/** The strokes of a letter or digit of ASCII. */
export function glyphOf(character: string): string {
  return glyphs[character.toLowerCase()] ?? person
}
