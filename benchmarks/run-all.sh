#!/usr/bin/env bash
# Measures everything in docs/performance.md again and rewrites its tables and its chart; --help lists the options.
#
#   benchmarks/run-all.sh --python PYTHON [--quick] [--rounds N] [--only SECTION,...]
#
# Needs a JDK 25, Maven, and a Python with torch, transformers, onnx and onnxruntime. No network once these are there.
set -euo pipefail
cd "$(dirname "$0")/.."

JAVA_HOME=$(./tesserae --print-java-home)
export JAVA_HOME
# The launcher builds itself when its sources have changed; its first start is not to be timed.
./tesserae --version >/dev/null
jar=benchmarks/target/benchmarks.jar
if [[ ! -e $jar || -n $(find pom.xml {engine,tokenizer,loaders,pipelines,benchmarks}/{pom.xml,src/main} -newer $jar -print -quit) ]]; then
    printf 'run-all.sh: building, this takes a minute ...\n' >&2
    mvn -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true package -pl benchmarks -am >&2
fi
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx256m -cp $jar io.tesserae.benchmarks.Suite "$@"
