// Makes the golden vectors from the official counters: X's twitter-text and Bluesky's rich text.
// In an empty folder outside this tree:
//   npm install twitter-text@3.1.0 @atproto/api && node /path/to/make.mjs
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(path.join(process.cwd(), 'here.js'))
const twitter = require('twitter-text')
const { RichText } = require('@atproto/api')
const here = path.dirname(new URL(import.meta.url).pathname)

const people = ['👨', '👩', '👧', '👦']
const skins = ['🏻', '🏽', '🏿']
const times = (piece, n) => piece.repeat(n)

const emoji = [
  '😀', '❤', '❤️', '☎', '☎️', '©', '©️', '™', '™️', '1️⃣', '#️⃣', '*⃣', '🇧🇪', '🇪🇺', '🇦🇦', '🇧', '🇧🇪🇫🇷', '🇧🇪🇫',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴', '🏴‍☠️', '🏳️‍🌈', '🏳️‍⚧️', '👁‍🗨', '🕵️‍♀️', '⛹🏽‍♂️', '👯‍♀️', '🧟‍♂️', '🧑‍🤝‍🧑', '🧑‍🎓', '👩‍🎓', '👨🏿‍🚀',
  '👨‍👩‍👧‍👦', '👩‍👩‍👦', '👨‍👦', '👧‍👦', '👩‍❤️‍👨', '👨‍❤️‍💋‍👨', '👩‍❤️‍👩', '❤️‍🔥', '🫠', '🫱🏽', '🐦‍🔥', '👍', '☝🏿', '☝️', '🤝🏽', '🦋', '😶‍🌫️',
  ...people.flatMap((one) => skins.map((skin) => one + skin)),
  ...people.flatMap((one) => people.map((other) => `${one}\u200d${other}`)),
]
const characters = [
  'a', 'é', 'e\u0301', 'ë', 'ñ', 'ß', 'Ж', 'ש', 'ا', 'ก', 'ლ', '\u10ff', '\u1100', '가', '\u1112\u1161\u11ab', '語', 'ア', '！',
  '\u1fff', '\u2000', '\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2010', '–', '—', '‘', '’', '“', '”', '\u201f', '…', '•',
  '‰', '\u2032', '\u2033', '\u2037', '\u2038', '€', '½', '①', '\u2192', '𝒳', '𐍈', '\ufb00', '\ufeff', '\u00a0', '\n', '\t', '\r\n',
]
const addresses = [
  'https://ngo.be', 'http://ngo.be', 'HTTPS://NGO.BE', 'www.ngo.be', 'ngo.be', 'NGO.BE', '11.be', '11.11.11', 'cncd-11.be', 'ngo.bsky.social',
  '@ngo.bsky.social', 'info@ngo.be', 'ngo.be/nl', 'ngo.be/nl/', 'ngo.be?x=1', 'https://ngo.be?x=1', 'https://ngo.be/?x=1&y=%20', 'https://ngo.be:8080/a',
  'ngo.be:8080', 'https://ngo.be/a_(b)', 'https://ngo.be/a_(b_(c))', '(https://ngo.be/a)', '(ngo.be)', 'ngo.be.', 'ngo.be,', 'ngo.be!', 'ngo.be?',
  'https://ngo.be/a.', 'https://ngo.be/a,b', 'https://ngo.be/#top', 'https://ngo.be/#/', 'ngo.be/#x', 'https://ngo.be/é', 'https://ngo.be/–', 'https://ngo.be/ж',
  'https://ngo.be/语', 'https://é.be', 'é.be', 'https://ngo.語.be', 'ngo.語.be', 'https://例.中国', '例.中国', 'a.中国', 'https://пример.рф', 'xn--80ak6aa92e.com',
  'https://xn--80ak6aa92e.com', 'ngo.xn--p1ai', 'https://ngo.brussels', 'ngo.brussels', 'ngo.vlaanderen/x', 'ngo.gent', 'ngo.notatld', 'https://ngo.notatld',
  'node.js', 'index.html', 'README.md', 'e.g.', 'i.e. this', 'T.be', 'St.Pieter', '3.14', '20.01', '20.01.2026', 'v1.no', 'a.co', 'a.co.uk', 'a.b.c.d.be',
  'http://t.co/abcd', 'https://t.co/abcdEFGH12', 'https://t.co/abcd/more', 't.co/abcd', `https://t.co/${times('a', 41)}`, 'https://-ngo.be', 'https://ngo-.be',
  'https://my_ngo.be', 'https://my_sub.ngo.be', 'my_sub.ngo.be', '-ngo.be', '_ngo.be', '.ngo.be', '/ngo.be', '$ngo.be', '#ngo.be', '@ngo.be', '＠ngo.be', 'ngo.be@x',
  'ngo.be-x', 'ngo.bex', 'ngo.beé', 'ngo.be語', '語ngo.be', 'éngo.be', '“ngo.be”', '"ngo.be"', "'ngo.be'", 'ngo.be…', 'ngo.be—', 'ngo.be🎉', '🎉ngo.be', '🎉.ngo.be',
  'https://ngo.be🎉', 'https://ngo.be/🎉', '$👨.ngo.be', 'ngo.be👨.be/', 'https://ngo.be https://ngo.be', 'ngo.be ngo.be', 'ngo.be,11.be', 'ngo.be/11.be',
  'https://https://ngo.be', 'ftp://ngo.be', 'mailto:info@ngo.be', 'https://', 'https://be', 'be', '.be', 'localhost', 'https://localhost', 'https://127.0.0.1',
  'https://user@ngo.be', 'https://ngo.be/@x/', 'https://ngo.be/@x', 'ngo.be/@x/y', 'https://ngo.be/a b', 'https://ngo.be/a;b', 'https://ngo.be/a|b', 'https://ngo.be/a*',
  `https://${times('a', 63)}.be`, `https://${times('a', 64)}.be`, `${times('a', 64)}.be`, `https://ngo.be/${times('a', 300)}`, `https://ngo.be/${times('a', 4090)}`,
]
const texts = [
  '', ' ', 'Wij vertrekken.', 'Vandaag verlaten wij X, samen met 60 organisaties. Volg ons op ngo.bsky.social 🦋',
  'Nous quittons X aujourd’hui. Retrouvez-nous sur Bluesky : https://bsky.app/profile/ong.be', 'Wir gehen – gemeinsam. „Auf Wiedersehen“ …',
  'Au revoir 👋🏽\n\nOn se retrouve ici 👉 11.be', 'C’est fini, n’est-ce pas ?', '20 januari, 11.11 u. Tot ziens!', 'Lees meer (in het Nederlands): ngo.be/nl.',
  'cafe\u0301 cafe\u0301 ngo.be', 'Ａ fullwidth', times('a', 280), times('a', 281), times('é', 280), times('e\u0301', 280), times('語', 140), times('語', 141), times('👨‍👩‍👧‍👦', 140),
  times('👨‍👩‍👧‍👦', 141), `${times('a', 256)} ngo.be`, `${times('a', 257)} ngo.be`, `${times('a ', 128)}https://ngo.be/${times('b', 200)}`, times('🇧🇪', 140), times('1️⃣', 140),
]
const x = [...new Set([...emoji, ...emoji.map((one) => `a ${one} b`), ...characters, ...addresses, ...addresses.map((one) => `Zie ${one} of niet`), ...texts])]

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const bluesky = [
  'geen', 'https://ngo.be', 'ë https://ngo.be', '🎉 https://ngo.be', '👨‍👩‍👧‍👦 https://ngo.be/a.', 'https://ngo.be/a!', 'https://ngo.be/a?', 'https://ngo.be/a,', 'https://ngo.be/a;', 'https://ngo.be/a:',
  '(https://ngo.be)', '(https://ngo.be).', 'https://ngo.be/a_(b)', '(https://ngo.be/a_(b))', 'ngo.be', 'Zie ngo.be.', 'zie ngo.be/nl, of niet', '(ngo.be)', 'www.ngo.be/a?b=c#d', 'ngo.notatld',
  'a.b', 'e.g. this', 'end.Of sentence', 'NGO.be', 'https://ngo.be https://ngo.be', 'a\nngo.be\nb', 'xhttps://ngo.be', '"https://ngo.be"', 'https://例.中国/语',
  '#tag', ' #tag', 'ë #tag', '🎉 #tag!', '#tag.', '#tag, #tag2', '#1', '#1a', '#a1', '##tag', '#tag#tag', '#', '# tag', '#🦋', '#️⃣', '#ëë', '＃tag', 'a#tag', '(#tag)', '#tag_x-y', '#...', '#a...b...',
  `#${times('a', 64)}`, `#${times('a', 65)}`, '#語', '#a\u200bb', 'https://ngo.be/#tag', '@ngo.bsky.social', 'ë @ngo.bsky.social', '🎉 @ngo.bsky.social!', '(@ngo.bsky.social)', '@ngo.bsky.social.', '@ngo.bsky.social…',
  'x@ngo.bsky.social', '@ngo', '@ngo.be, @other.test', '@ngo.be/x', "@ngo.be's", '@@ngo.be', '@ngo.be-', '-@ngo.be', '@ngo.be #tag ngo.be',
  'Vandaag vertrekken wij, met @ngo.bsky.social en 60 anderen 🦋 #samenweg https://ngo.be/vertrek (lees ook ngo.be/faq).',
]
function facetsOf(text) {
  const rich = new RichText({ text })
  rich.detectFacetsWithoutResolution()
  return (rich.facets ?? [])
    .map(({ index, features }) => ({ index, features: features.map((f) => (f.did ? { ...f, did: `${did}#${f.did}` } : f)) }))
    .sort((a, b) => a.index.byteStart - b.index.byteStart)
}

const write = (name, rows) => writeFileSync(path.join(here, name), `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`)
write('x_length.json', x.map((text) => [text, twitter.parseTweet(text).weightedLength]))
write('bluesky_facets.json', bluesky.map((text) => [text, facetsOf(text)]))
