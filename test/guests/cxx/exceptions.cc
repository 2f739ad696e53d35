// C++: exceptions through frames and destructors, RTTI, static initialisation, threads, streams.
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
#include "check.h"

struct Noisy {
  const char *name;
  explicit Noisy(const char *n) : name(n) { say("make %s", name); }
  ~Noisy() { say("drop %s", name); }
};

static Noisy global("global");

static int throws(int depth) {
  Noisy each("frame");
  if (depth == 0) throw std::runtime_error("from the depth");
  return throws(depth - 1) + 1;
}

CASE(unwinds_through_destructors) {
  try {
    throws(2);
  } catch (const std::exception &e) {
    say("caught %s", e.what());
  }
}

CASE(selects_the_handler) {
  for (int i = 0; i < 4; i++) {
    try {
      if (i == 0) throw 42;
      if (i == 1) throw std::string("text");
      if (i == 2) throw std::out_of_range("range");
      throw nullptr;
    } catch (int n) {
      say("int %d", n);
    } catch (const std::logic_error &e) {
      say("logic %s", e.what());
    } catch (const std::string &s) {
      say("string %s", s.c_str());
    } catch (...) {
      say("anything");
    }
  }
}

CASE(rethrows_and_nests) {
  try {
    try {
      throw std::runtime_error("inner");
    } catch (...) {
      std::throw_with_nested(std::logic_error("outer"));
    }
  } catch (const std::exception &e) {
    say("%s", e.what());
    try {
      std::rethrow_if_nested(e);
    } catch (const std::exception &n) {
      say("%s", n.what());
    }
  }
}

CASE(uncaught_terminates) {
  pid_t pid;
  CHILD(pid) {
    close(2);
    throw 1;
  }
  reap(pid);
}

CASE(library_errors) {
  try {
    std::vector<int>().at(3);
  } catch (const std::out_of_range &) {
    say("out of range");
  }
  try {
    std::stoi("not a number");
  } catch (const std::invalid_argument &) {
    say("invalid argument");
  }
  try {
    std::vector<char> v(SIZE_MAX / 2);
  } catch (const std::exception &e) {
    say("bad size");
  }
}

struct Base {
  virtual ~Base() = default;
  virtual int value() const { return 1; }
};

struct Derived : Base {
  int value() const override { return 2; }
};

CASE(virtual_and_dynamic_cast) {
  std::unique_ptr<Base> p = std::make_unique<Derived>(), q = std::make_unique<Base>();
  say("%d %d %d", p->value(), dynamic_cast<Derived *>(p.get()) != nullptr, dynamic_cast<Derived *>(q.get()) != nullptr);
  try {
    (void)dynamic_cast<Derived &>(*q);
  } catch (const std::bad_cast &) {
    say("bad cast");
  }
}

CASE(threads_and_futures) {
  std::mutex mutex;
  std::atomic<int> count{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; i++)
    threads.emplace_back([&] {
      for (int j = 0; j < 1000; j++) count++;
      std::lock_guard<std::mutex> lock(mutex);
    });
  for (auto &t : threads) t.join();
  SHOW(count.load());
  auto f = std::async(std::launch::async, []() -> int { throw std::runtime_error("across threads"); });
  try {
    f.get();
  } catch (const std::exception &e) {
    say("%s", e.what());
  }
  std::promise<std::string> promise;
  auto later = promise.get_future();
  std::thread setter([&] { promise.set_value("promised"); });
  say("%s", later.get().c_str());
  setter.join();
}

CASE(containers_and_streams) {
  std::map<std::string, int> words;
  std::istringstream text("the cat and the dog and the bird");
  for (std::string word; text >> word;) words[word]++;
  for (auto &[word, count] : words) say("%s %d", word.c_str(), count);
  std::ostringstream out;
  out.precision(12);
  out << 1.0 / 3 << ' ' << std::hex << 255 << ' ' << std::boolalpha << true;
  say("%s", out.str().c_str());
  std::smatch match;
  std::string line = "key=value";
  std::regex_match(line, match, std::regex("(\\w+)=(\\w+)"));
  say("%s %s", match[1].str().c_str(), match[2].str().c_str());
}

thread_local std::string per_thread = "initial";

CASE(thread_local_objects) {
  per_thread = "changed";
  std::thread([] { say("%s", per_thread.c_str()); }).join();
  say("%s", per_thread.c_str());
}
