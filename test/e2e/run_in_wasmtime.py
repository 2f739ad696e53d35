# Runs a box in wasmtime: python run_in_wasmtime.py BOX [ARG...]; PREOPEN=HOST=GUEST gives it a directory.
import os
import sys

from wasmtime import Engine, ExitTrap, Linker, Module, Store, WasiConfig

engine = Engine()
store = Store(engine)
wasi = WasiConfig()
wasi.argv = ["box", *sys.argv[2:]]
wasi.inherit_stdin()
wasi.inherit_stdout()
wasi.inherit_stderr()
if "PREOPEN" in os.environ:
    wasi.preopen_dir(*os.environ["PREOPEN"].split("="))
store.set_wasi(wasi)
linker = Linker(engine)
linker.define_wasi()
instance = linker.instantiate(store, Module.from_file(engine, sys.argv[1]))
try:
    instance.exports(store)["_start"](store)
except ExitTrap as exit:
    sys.exit(exit.code)
