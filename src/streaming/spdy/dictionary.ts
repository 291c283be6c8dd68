/** Names and values that a length of four bytes stands before. */
const words: readonly string[] = [
  "options",
  "head",
  "post",
  "put",
  "delete",
  "trace",
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "accept-ranges",
  "age",
  "allow",
  "authorization",
  "cache-control",
  "connection",
  "content-base",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-md5",
  "content-range",
  "content-type",
  "date",
  "etag",
  "expect",
  "expires",
  "from",
  "host",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "last-modified",
  "location",
  "max-forwards",
  "pragma",
  "proxy-authenticate",
  "proxy-authorization",
  "range",
  "referer",
  "retry-after",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
  "vary",
  "via",
  "warning",
  "www-authenticate",
  "method",
  "get",
  "status",
  "200 OK",
  "version",
  "HTTP/1.1",
  "url",
  "public",
  "set-cookie",
  "keep-alive",
  "origin",
];

/** What follows without lengths. */
const text =
  "100101201202205206300302303304305306307402405406407408409410411412413414415416417502" +
  "504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Re" +
  "quest401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Impl" +
  "emented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00" +
  ":00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,imag" +
  "e/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivate" +
  "max-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

/** The text that SPDY/3 header blocks are compressed against: draft 3, section 2.6.10.1. */
export const headerDictionary: Buffer = Buffer.concat([
  ...words.map(withLength),
  Buffer.from(text),
]);

/** Adler-32 of it (RFC 1950): what a stream that uses it names. */
export const headerDictionaryId = 0xe3c6a7c2;

function withLength(word: string): Buffer {
  const bytes = Buffer.from(`    ${word}`);
  bytes.writeUInt32BE(word.length);
  return bytes;
}
