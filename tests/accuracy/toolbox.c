/* A program of many small functions, each unlike the others, for tests/accuracy_test.py. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define KEEP __attribute__((noinline))

struct item { struct item *next; char *name; unsigned hash; int uses; double weight; };
struct table { struct item *slot[64]; int items, limit; };
struct text { char *at; size_t used, room; int failed; };

KEEP unsigned name_hash(const char *s) {
  unsigned h = 2166136261u;
  for (; *s; s++) h = (h ^ (unsigned char)tolower((unsigned char)*s)) * 16777619u;
  return h ^ (h >> 13);
}
KEEP struct item *find_item(struct table *t, const char *name) {
  unsigned h = name_hash(name);
  for (struct item *i = t->slot[h & 63]; i; i = i->next)
    if (i->hash == h && !strcmp(i->name, name)) { i->uses++; return i; }
  return 0;
}
KEEP struct item *add_item(struct table *t, const char *name, double weight) {
  struct item *i = find_item(t, name);
  if (i) { i->weight += weight; return i; }
  if (t->items >= t->limit) { fprintf(stderr, "table full at %d items\n", t->items); return 0; }
  i = malloc(sizeof *i);
  if (!i) abort();
  i->name = strdup(name); i->hash = name_hash(name); i->uses = 1; i->weight = weight;
  i->next = t->slot[i->hash & 63]; t->slot[i->hash & 63] = i; t->items++;
  return i;
}
KEEP void drop_light_items(struct table *t, double least) {
  for (int s = 0; s < 64; s++)
    for (struct item **p = &t->slot[s]; *p;) {
      struct item *i = *p;
      if (i->weight < least) { *p = i->next; free(i->name); free(i); t->items--; } else p = &i->next;
    }
}
KEEP int text_room(struct text *x, size_t more) {
  if (x->failed) return 0;
  if (x->used + more + 1 > x->room) {
    size_t room = x->room ? x->room : 48;
    while (room < x->used + more + 1) room += room / 2 + 16;
    char *at = realloc(x->at, room);
    if (!at) { x->failed = 1; return 0; }
    x->at = at; x->room = room;
  }
  return 1;
}
KEEP void text_put(struct text *x, const char *s) {
  size_t n = strlen(s);
  if (!text_room(x, n)) return;
  memcpy(x->at + x->used, s, n + 1); x->used += n;
}
KEEP void text_escape(struct text *x, const unsigned char *s, size_t n) {
  static const char digit[] = "0123456789abcdef";
  for (size_t i = 0; i < n; i++) {
    char out[5] = {0};
    if (s[i] == '\n') { out[0] = '\\'; out[1] = 'n'; }
    else if (s[i] == '"' || s[i] == '\\') { out[0] = '\\'; out[1] = (char)s[i]; }
    else if (s[i] < 32 || s[i] > 126) { out[0] = '\\'; out[1] = 'x'; out[2] = digit[s[i] >> 4]; out[3] = digit[s[i] & 15]; }
    else out[0] = (char)s[i];
    text_put(x, out);
  }
}
KEEP int encode_utf8(unsigned c, unsigned char *out) {
  if (c < 0x80) { out[0] = (unsigned char)c; return 1; }
  if (c < 0x800) { out[0] = (unsigned char)(0xc0 | c >> 6); out[1] = (unsigned char)(0x80 | (c & 63)); return 2; }
  if (c >= 0xd800 && c < 0xe000) return 0;
  if (c < 0x10000) {
    out[0] = (unsigned char)(0xe0 | c >> 12); out[1] = (unsigned char)(0x80 | (c >> 6 & 63));
    out[2] = (unsigned char)(0x80 | (c & 63)); return 3;
  }
  if (c > 0x10ffff) return 0;
  out[0] = (unsigned char)(0xf0 | c >> 18); out[1] = (unsigned char)(0x80 | (c >> 12 & 63));
  out[2] = (unsigned char)(0x80 | (c >> 6 & 63)); out[3] = (unsigned char)(0x80 | (c & 63)); return 4;
}
KEEP size_t base64(const unsigned char *in, size_t n, char *out) {
  static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t o = 0;
  for (size_t i = 0; i < n; i += 3) {
    unsigned v = (unsigned)in[i] << 16 | (i + 1 < n ? in[i + 1] << 8 : 0) | (i + 2 < n ? in[i + 2] : 0);
    out[o++] = set[v >> 18]; out[o++] = set[v >> 12 & 63];
    out[o++] = i + 1 < n ? set[v >> 6 & 63] : '='; out[o++] = i + 2 < n ? set[v & 63] : '=';
  }
  out[o] = 0; return o;
}
KEEP unsigned adler(const unsigned char *p, size_t n) {
  unsigned a = 1, b = 0;
  while (n--) { a = (a + *p++) % 65521; b = (b + a) % 65521; }
  return b << 16 | a;
}
KEEP void cipher(unsigned char *data, size_t n, const unsigned char *key, int length) {
  unsigned char s[256], t; int i, j = 0;
  for (i = 0; i < 256; i++) s[i] = (unsigned char)i;
  for (i = 0; i < 256; i++) { j = (j + s[i] + key[i % length]) & 255; t = s[i]; s[i] = s[j]; s[j] = t; }
  for (i = j = 0; n--; data++) {
    i = (i + 1) & 255; j = (j + s[i]) & 255; t = s[i]; s[i] = s[j]; s[j] = t; *data ^= s[(s[i] + s[j]) & 255];
  }
}
KEEP void heap_sort(int *v, int n) {
  for (int start = n / 2 - 1, end = n; end > 1;) {
    if (start >= 0) { int root = start--; for (int c; (c = 2 * root + 1) < end; root = c) {
      if (c + 1 < end && v[c] < v[c + 1]) c++;
      if (v[root] >= v[c]) break;
      int t = v[root]; v[root] = v[c]; v[c] = t; } continue; }
    end--; int t = v[0]; v[0] = v[end]; v[end] = t; start = 0;
  }
}
KEEP int binary_search(const int *v, int n, int x) {
  int low = 0, high = n - 1;
  while (low <= high) { int m = low + (high - low) / 2; if (v[m] == x) return m; if (v[m] < x) low = m + 1; else high = m - 1; }
  return -1 - low;
}
KEEP int days_from_date(int y, int m, int d) {
  y -= m <= 2; int era = (y >= 0 ? y : y - 399) / 400; unsigned yoe = (unsigned)(y - era * 400);
  unsigned doy = (153u * (unsigned)(m + (m > 2 ? -3 : 9)) + 2) / 5 + (unsigned)d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + (int)doe - 719468;
}
KEEP int parse_address(const char *s, unsigned *out) {
  unsigned v = 0; int parts = 0;
  while (parts < 4) {
    if (!isdigit((unsigned char)*s)) return -1;
    unsigned part = 0;
    while (isdigit((unsigned char)*s)) { part = part * 10 + (unsigned)(*s++ - '0'); if (part > 255) return -2; }
    v = v << 8 | part; parts++;
    if (parts < 4 && *s++ != '.') return -3;
  }
  *out = v; return *s == 0 || *s == ':' ? 0 : -4;
}
KEEP int glob(const char *p, const char *s) {
  for (; *p; p++, s++) {
    if (*p == '*') { while (p[1] == '*') p++; for (;; s++) { if (glob(p + 1, s)) return 1; if (!*s) return 0; } }
    if (!*s || (*p != '?' && *p != *s)) return 0;
  }
  return !*s;
}
KEEP double evaluate(const char **s, int level) {
  double v;
  if (level > 2) {
    if (**s == '(') { ++*s; v = evaluate(s, 0); if (**s == ')') ++*s; return v; }
    if (**s == '-') { ++*s; return -evaluate(s, 3); }
    char *end; v = strtod(*s, &end); *s = end; return v;
  }
  v = evaluate(s, level + 1);
  for (;;) {
    char c = **s;
    if (level == 0 && c == '+') { ++*s; v += evaluate(s, 1); }
    else if (level == 0 && c == '-') { ++*s; v -= evaluate(s, 1); }
    else if (level == 1 && c == '*') { ++*s; v *= evaluate(s, 2); }
    else if (level == 1 && c == '/') { ++*s; double d = evaluate(s, 2); v = d != 0 ? v / d : 0; }
    else return v;
  }
}
KEEP void multiply(const double *a, const double *b, double *c, int n) {
  for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) {
    double sum = 0; for (int k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j]; c[i * n + j] = sum; }
}
KEEP int solve(double *m, int n) {
  for (int p = 0; p < n; p++) {
    int best = p; for (int r = p + 1; r < n; r++) if (m[r * (n + 1) + p] * m[r * (n + 1) + p] > m[best * (n + 1) + p] * m[best * (n + 1) + p]) best = r;
    if (m[best * (n + 1) + p] == 0) { fputs("singular system\n", stderr); return 0; }
    for (int c = 0; c <= n; c++) { double t = m[p * (n + 1) + c]; m[p * (n + 1) + c] = m[best * (n + 1) + c]; m[best * (n + 1) + c] = t; }
    for (int r = 0; r < n; r++) if (r != p) { double f = m[r * (n + 1) + p] / m[p * (n + 1) + p];
      for (int c = p; c <= n; c++) m[r * (n + 1) + c] -= f * m[p * (n + 1) + c]; }
  }
  return 1;
}
KEEP int distance(const char *a, const char *b) {
  int row[130], n = (int)strlen(b); if (n > 128) return -1;
  for (int j = 0; j <= n; j++) row[j] = j;
  for (int i = 1; *a; a++, i++) { int left = row[0]; row[0] = i;
    for (int j = 1; j <= n; j++) { int up = row[j], d = left + (*a != b[j - 1]); if (up + 1 < d) d = up + 1; if (row[j - 1] + 1 < d) d = row[j - 1] + 1; left = up; row[j] = d; } }
  return row[n];
}
KEEP long run_code(const unsigned char *code, int n) {
  long stack[32]; int top = 0;
  for (int at = 0; at < n && top >= 0 && top < 31;) switch (code[at++]) {
    case 1: stack[top++] = code[at++]; break;
    case 2: top--; stack[top - 1] += stack[top]; break;
    case 3: top--; stack[top - 1] *= stack[top]; break;
    case 4: top--; stack[top - 1] ^= stack[top] << 3; break;
    case 5: if (stack[--top]) at = code[at]; else at++; break;
    case 6: stack[top] = stack[top - 1]; top++; break;
    case 7: stack[top - 1]--; break;
    default: printf("bad instruction %02x at %d\n", code[at - 1], at - 1); return -1;
  }
  return top > 0 ? stack[top - 1] : 0;
}
KEEP int run_length(const unsigned char *in, int n, unsigned char *out) {
  int o = 0;
  for (int i = 0; i < n;) { int r = 1; while (i + r < n && r < 255 && in[i + r] == in[i]) r++;
    if (r > 3 || in[i] == 0x90) { out[o++] = 0x90; out[o++] = (unsigned char)r; out[o++] = in[i]; } else for (int k = 0; k < r; k++) out[o++] = in[i];
    i += r; }
  return o;
}
KEEP unsigned long long power_mod(unsigned long long b, unsigned e, unsigned m) {
  unsigned long long r = 1; for (b %= m; e; e >>= 1, b = b * b % m) if (e & 1) r = r * b % m; return r;
}
KEEP int count_primes(int n) {
  char *not = calloc((size_t)n + 1, 1); int found = 0; if (!not) return -1;
  for (int i = 2; i <= n; i++) { if (not[i]) continue; found++; for (long j = (long)i * i; j <= n; j += i) not[j] = 1; }
  free(not); return found;
}
KEEP void flood(unsigned char *grid, int w, int h, int x, int y, unsigned char from, unsigned char to) {
  if (x < 0 || y < 0 || x >= w || y >= h || grid[y * w + x] != from || from == to) return;
  grid[y * w + x] = to;
  flood(grid, w, h, x + 1, y, from, to); flood(grid, w, h, x - 1, y, from, to);
  flood(grid, w, h, x, y + 1, from, to); flood(grid, w, h, x, y - 1, from, to);
}
KEEP int read_settings(const char *path, struct table *t) {
  char line[256]; int n = 0; FILE *f = fopen(path, "r");
  if (!f) { perror(path); return -1; }
  while (fgets(line, sizeof line, f)) {
    n++; char *p = strchr(line, '#'); if (p) *p = 0;
    p = strchr(line, '='); if (!p) { if (line[strspn(line, " \t\r\n")]) fprintf(stderr, "%s:%d: no value\n", path, n); continue; }
    *p++ = 0; add_item(t, line, atof(p));
  }
  fclose(f); return n;
}
KEEP void report(const struct table *t, struct text *x) {
  char row[96];
  for (int s = 0; s < 64; s++) for (const struct item *i = t->slot[s]; i; i = i->next) {
    snprintf(row, sizeof row, "%-20s %6d uses %10.3f\n", i->name, i->uses, i->weight); text_put(x, row); }
  snprintf(row, sizeof row, "%d of at most %d\n", t->items, t->limit); text_put(x, row);
}
int main(int argc, char **argv) {
  struct table t = {.limit = 100}; struct text x = {0}; int v[32]; double m[20], c[16]; unsigned address = 0; char out[400]; unsigned char u[400];
  for (int i = 1; i < argc; i++) {
    const char *s = argv[i];
    read_settings(s, &t); printf("%g\n", evaluate(&s, 0)); v[i & 31] = distance(argv[i], "kitten") + glob("*.c?", argv[i]);
    printf("%d %x\n", parse_address(argv[i], &address), address); base64((const unsigned char *)argv[i], strlen(argv[i]), out);
    cipher(u, sizeof u, (const unsigned char *)argv[i], 5); text_escape(&x, u, sizeof u); m[i % 20] = evaluate(&s, 0);
  }
  heap_sort(v, 32); solve(m, 4); multiply(m, m, c, 4); flood(u, 20, 20, 3, 4, 0, 1); drop_light_items(&t, .5); report(&t, &x);
  printf("%s %d %u %ld %d %llu %d %d %d %g\n", x.at, binary_search(v, 32, argc), adler(u, 400), run_code(u, 400), run_length(u, 100, (unsigned char *)out),
         power_mod(7, (unsigned)argc, 1000003), count_primes(argc * 1000), days_from_date(2026, argc, 3), encode_utf8(address, u), c[5]);
  return 0;
}
