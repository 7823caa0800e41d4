package io.tesserae.benchmarks;

import ai.djl.huggingface.tokenizers.Encoding;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Tokenizing on one thread: Tesserae, and the Rust tokenizer through DJL. {@code peers/time_tokenizers.py} times the Rust
 * tokenizer without DJL. Times are of all texts of a workload together.
 *
 * <p>Set {@code TOKENIZERS_PARALLELISM=false} in the environment, or the Rust library uses all processors for a batch.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "--enable-native-access=ALL-UNNAMED"})
public class TokenizerBenchmark {

    /** What is tokenized. */
    @State(Scope.Benchmark)
    public static class Texts {

        @Param
        public TokenizerTexts workload = TokenizerTexts.SENTENCES;

        /** With a {@code tokenizer.json}; relative to the folder in which JMH is started, the project's root. */
        @Param("../shared/real/tokenizers/bert-base-uncased")
        public String vocabulary = "";

        List<String> texts;

        @Setup(Level.Trial)
        public void read() {
            texts = workload.texts();
        }
    }

    /** Tesserae's tokenizer. */
    @State(Scope.Benchmark)
    public static class Tesserae {

        Tokenizer tokenizer;

        @Setup(Level.Trial)
        public void load(Texts texts) {
            tokenizer = AutoTokenizer.fromPretrained(Path.of(texts.vocabulary));
        }
    }

    /** The Rust tokenizer through DJL. */
    @State(Scope.Benchmark)
    public static class Djl {

        DjlTokenizer tokenizer;

        @Setup(Level.Trial)
        public void load(Texts texts) {
            tokenizer = new DjlTokenizer(Path.of(texts.vocabulary));
        }

        @TearDown(Level.Trial)
        public void close() {
            tokenizer.close();
        }
    }

    @Benchmark
    public void tesserae(Texts texts, Tesserae state, Blackhole blackhole) {
        for (String text : texts.texts) {
            blackhole.consume(state.tokenizer.encode(text));
        }
    }

    @Benchmark
    public void djl(Texts texts, Djl state, Blackhole blackhole) {
        for (String text : texts.texts) {
            blackhole.consume(state.tokenizer.encode(text));
        }
    }

    @Benchmark
    public Encoding[] djlBatch(Texts texts, Djl state) {
        return state.tokenizer.encodeBatch(texts.texts);
    }
}
