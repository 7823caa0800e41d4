package io.tesserae.benchmarks;

import io.tesserae.engine.Engine;
import io.tesserae.family.distilbert.DistilBertConfig;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
 * Whole forward passes with random weights, of models of DistilBERT-base's and MiniLM-L6's sizes for texts and of ViT-B/16's for
 * pictures: needs no file, and no other program.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
public class ModelBenchmark {

    /** 128 sentences of mixed length, without padding. */
    static final MixedWorkload SENTENCES = MixedWorkload.of(MixedWorkload.SENTENCES, MixedWorkload.SENTENCES, false);

    private static final String MINILM = "minilm ";

    /** A loaded model and a batch for it. */
    @State(Scope.Benchmark)
    public static class Model {

        /** As {@link Workload#parse} reads it, or {@code sentences}; with {@code minilm} before it of that model. */
        @Param({
            "1x16",
            "1x128",
            "8x128",
            "1x512",
            "sentences",
            "minilm 1x16",
            "minilm 1x128",
            "minilm sentences",
            "1@224",
            "4@224"
        })
        public String workload = "1x16";

        @Param({"1", "2"})
        public int threads = 1;

        private Engine engine;
        private AutoCloseable model;
        private Supplier<Tensor> forward;

        @Setup(Level.Trial)
        public void load() {
            engine = Engine.builder().threads(threads).build();
            boolean small = workload.startsWith(MINILM);
            DistilBertConfig config = small ? RandomDistilBert.MINILM : RandomDistilBert.BASE;
            String batch = small ? workload.substring(MINILM.length()) : workload;
            switch (batch.equals("sentences") ? SENTENCES : Workload.parse(batch)) {
                case TokenWorkload tokens -> loadDistilBert(config, List.of(tokens.tokenBatch()));
                case MixedWorkload mixed -> loadDistilBert(config, mixed.tokenBatches());
                case CorpusWorkload corpus ->
                    throw new IllegalArgumentException(corpus.title() + ": a corpus is timed by SideBySide");
                case ImageWorkload images -> loadVit(images.imageBatch());
            }
        }

        private void loadDistilBert(DistilBertConfig config, List<TokenBatch> batches) {
            var distilBert = RandomDistilBert.load(engine, config);
            model = distilBert;
            forward = () -> {
                Tensor last = null;
                for (TokenBatch batch : batches) {
                    last = distilBert.forward(batch, OutputOptions.RESULT_ONLY).logits();
                }
                return last;
            };
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
