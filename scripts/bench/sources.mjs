/** The generated sources that the benchmarks compile. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STANDARD_HEADERS = `algorithm any array atomic bitset charconv chrono codecvt complex condition_variable deque
  exception filesystem forward_list fstream functional future initializer_list iomanip ios iosfwd iostream istream iterator
  limits list locale map memory memory_resource mutex new numeric optional ostream queue random ratio regex scoped_allocator
  set shared_mutex sstream stack stdexcept streambuf string string_view system_error thread tuple type_traits typeindex
  typeinfo unordered_map unordered_set utility valarray variant vector`.split(/\s+/);

/** Headers of its own that the large unit includes: with libstdc++ 12 it reads some 475 in all. */
const OWN_HEADERS = 122;

/** How many of them it instantiates templates from, for an object of some 3 MB with debug information. */
const USED_HEADERS = 18;

/** Writes all sources into `folder`. */
export function writeSources(folder) {
  mkdirSync(join(folder, 'include'), { recursive: true });
  const write = (name, text) => writeFileSync(join(folder, name), text);
  write('small.c', '#include <stdio.h>\nint successor(int x) { return x + 1; }\n');
  write('miss.cpp', missSource());
  for (let i = 0; i < OWN_HEADERS; i++) write(`include/part${i}.h`, partHeader(i));
  write('large.cpp', largeSource());
}

/** A unit of about half a second; RUN makes each compile a new one. */
function missSource() {
  return `#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>
int run() { return RUN; }
std::map<std::string, std::vector<int>> index_of(const std::vector<std::string>& words) {
  std::map<std::string, std::vector<int>> result;
  for (const auto& word : words) result[word].push_back(static_cast<int>(result.size()));
  return result;
}
void sort_all(std::vector<std::string>& words, std::function<bool(const std::string&, const std::string&)> less) {
  std::sort(words.begin(), words.end(), less);
}
`;
}

function partHeader(i) {
  return `#pragma once
#include <cstddef>
#include <string>
namespace part${i} {
struct Key {
  int number;
  std::string name;
  bool operator<(const Key& other) const { return number != other.number ? number < other.number : name < other.name; }
};
template <typename Map> std::size_t count(const Map& all, const Key& key) {
  auto found = all.find(key);
  return found == all.end() ? ${i} : found->second.size();
}
}
`;
}

function largeSource() {
  const includes = [
    ...STANDARD_HEADERS.map((name) => `#include <${name}>`),
    ...Array.from({ length: OWN_HEADERS }, (_, i) => `#include "part${i}.h"`),
  ];
  const uses = Array.from(
    { length: USED_HEADERS },
    (_, i) => `std::size_t use${i}() {
  std::map<part${i}::Key, std::vector<int>> all;
  all[part${i}::Key{${i}, "name"}].push_back(${i});
  return part${i}::count(all, part${i}::Key{1, "other"});
}`,
  );
  return `${includes.join('\n')}\n${uses.join('\n')}\n`;
}
