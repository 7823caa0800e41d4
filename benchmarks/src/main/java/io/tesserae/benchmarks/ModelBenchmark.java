package io.tesserae.benchmarks;

import io.tesserae.kernel.Engine;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

/**
 * Whole forward passes with random weights, of a model of DistilBERT-base's size for texts and of ViT-B/16's for pictures:
 * needs no file, and no other program.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
public class ModelBenchmark {

    /** A batch of 128 sentences of 4 to 64 tokens, 34 on average. */
    static final TokenWorkload SENTENCES = new TokenWorkload(
            IntStream.range(0, 128).map(i -> 4 + i * 37 % 61).boxed().toList());

    /** A loaded model and a batch for it. */
    @State(Scope.Benchmark)
    public static class Model {

        /** As {@link Workload#parse} reads it, or {@code sentences}. */
        @Param({"1x16", "1x128", "8x128", "sentences", "1@224", "4@224"})
        public String workload = "1x16";

        @Param({"1", "2"})
        public int threads = 1;

        private Engine engine;
        private AutoCloseable model;
        private Supplier<Tensor> forward;

        @Setup(Level.Trial)
        public void load() {
            engine = Engine.builder().threads(threads).build();
            switch (workload.equals("sentences") ? SENTENCES : Workload.parse(workload)) {
                case TokenWorkload tokens -> loadDistilBert(tokens.tokenBatch());
                case CorpusWorkload corpus ->
                    throw new IllegalArgumentException(corpus.title() + ": a corpus is timed by SideBySide");
                case ImageWorkload images -> loadVit(images.imageBatch());
            }
        }

        private void loadDistilBert(TokenBatch batch) {
            var distilBert = RandomDistilBert.load(engine, RandomDistilBert.BASE);
            model = distilBert;
            forward = () -> distilBert.forward(batch, OutputOptions.RESULT_ONLY).logits();
        }

        private void loadVit(ImageBatch batch) {
            var vit = RandomVit.load(engine, RandomVit.BASE);
            model = vit;
            forward = () -> vit.forward(batch, OutputOptions.RESULT_ONLY, false).logits();
        }

        @TearDown(Level.Trial)
        public void close() throws Exception {
            model.close();
            engine.close();
        }
    }

    @Benchmark
    public Tensor forward(Model state) {
        return state.forward.get();
    }
}
