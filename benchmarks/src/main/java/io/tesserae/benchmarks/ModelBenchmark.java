package io.tesserae.benchmarks;

import io.tesserae.kernel.Engine;
import io.tesserae.model.DistilBertForSequenceClassification;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** Whole forward passes of a model of DistilBERT-base's size with random weights: needs no file, and no other program. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
public class ModelBenchmark {

    /** A batch of 128 sentences of 4 to 64 tokens, 34 on average. */
    static final Workload SENTENCES = new Workload(
            IntStream.range(0, 128).map(i -> 4 + i * 37 % 61).boxed().toList());

    /** A loaded model and a batch for it. */
    @State(Scope.Benchmark)
    public static class Model {

        /** As {@link Workload#parse} reads it, or {@code sentences}. */
        @Param({"1x16", "1x128", "8x128", "sentences"})
        public String workload = "1x16";

        @Param({"1", "2"})
        public int threads = 1;

        private Engine engine;
        private DistilBertForSequenceClassification model;
        private TokenBatch batch;

        @Setup(Level.Trial)
        public void load() {
            engine = Engine.builder().threads(threads).build();
            model = RandomDistilBert.load(engine, RandomDistilBert.BASE);
            batch = (workload.equals("sentences") ? SENTENCES : Workload.parse(workload)).tokenBatch();
        }

        @TearDown(Level.Trial)
        public void close() {
            model.close();
            engine.close();
        }
    }

    @Benchmark
    public Tensor forward(Model state) {
        return state.model.forward(state.batch, OutputOptions.RESULT_ONLY).logits();
    }
}
