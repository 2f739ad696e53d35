# Runs a box under wasmtime alone, without wbx: pip install wasmtime; python3 run_wasmtime.py BOX.wasm [COMMAND [ARG...]]
# PREOPEN=HOST=GUEST in the environment makes a directory of the host one of the box.
import os
import sys

from wasmtime import Engine, ExitTrap, Linker, Module, Store, WasiConfig

engine = Engine()
store = Store(engine)
config = WasiConfig()
config.argv = ["box", *sys.argv[2:]]
config.inherit_stdin()
config.inherit_stdout()
config.inherit_stderr()
if "PREOPEN" in os.environ:
    config.preopen_dir(*os.environ["PREOPEN"].split("="))
store.set_wasi(config)
linker = Linker(engine)
linker.define_wasi()
instance = linker.instantiate(store, Module.from_file(engine, sys.argv[1]))
try:
    instance.exports(store)["_start"](store)
except ExitTrap as exit:
    sys.exit(exit.code)
