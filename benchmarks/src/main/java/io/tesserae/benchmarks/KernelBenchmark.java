package io.tesserae.benchmarks;

import io.tesserae.engine.Engine;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * Every kernel at the sizes of DistilBERT-base and ViT-B/16, and of MiniLM-L6. {@code gigaflops} beside a result are the 10^9 float32 operations per
 * second, a multiply-add counted as two; they stay 0 for kernels that are no products.
 *
 * <p>One weight is used over and over, and may stay in the third-level cache; in a model all weights pass by. {@link
 * KernelEfficiency} measures that.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class KernelBenchmark {

    /** The products of a block, by what they are for. */
    public enum Shape {
        QUERY_KEY_VALUE(768, 2304, KernelRun.After.NOTHING),
        ATTENTION_OUTPUT(768, 768, KernelRun.After.RESIDUAL),
        EXPAND(768, 3072, KernelRun.After.GELU),
        CONTRACT(3072, 768, KernelRun.After.RESIDUAL),
        /** ViT-B/16's, of 3 x 16 x 16 pixel values. */
        PATCHES(768, 768, KernelRun.After.NOTHING),
        MINILM_QUERY_KEY_VALUE(384, 1152, KernelRun.After.NOTHING),
        MINILM_ATTENTION_OUTPUT(384, 384, KernelRun.After.RESIDUAL),
        MINILM_EXPAND(384, 1536, KernelRun.After.GELU),
        MINILM_CONTRACT(1536, 384, KernelRun.After.RESIDUAL);

        final int inFeatures;
        final int outFeatures;
        final KernelRun.After after;

        Shape(int inFeatures, int outFeatures, KernelRun.After after) {
            this.inFeatures = inFeatures;
            this.outFeatures = outFeatures;
            this.after = after;
        }

        KernelRun run(Engine engine, int rows) {
            return KernelRun.multiply(engine, rows, inFeatures, outFeatures, after);
        }
    }

    /** What the engine has: how many threads. */
    @State(Scope.Benchmark)
    public abstract static class OnAnEngine {

        @Param({"1", "2"})
        public int threads = 1;

        private Engine engine;
        KernelRun run;

        abstract KernelRun prepare(Engine on);

        @Setup(Level.Trial)
        public void start() {
            engine = Engine.builder().threads(threads).build();
            run = prepare(engine);
        }

        @TearDown(Level.Trial)
        public void stop() {
            engine.close();
        }
    }

    /** A product. */
    @State(Scope.Benchmark)
    public static class Multiply extends OnAnEngine {

        @Param
        public Shape shape = Shape.QUERY_KEY_VALUE;

        /** 197 are one picture's. */
        @Param({"1", "16", "128", "197", "1024"})
        public int rows = 16;

        @Override
        KernelRun prepare(Engine on) {
            return shape.run(on, rows);
        }
    }

    /** Attention within one sequence. */
    @State(Scope.Benchmark)
    public static class Attention extends OnAnEngine {

        @Param
        public BlockSizes sizes = BlockSizes.BASE;

        @Param({"16", "128", "197", "512"})
        public int tokens = 16;

        @Override
        KernelRun prepare(Engine on) {
            return KernelRun.attention(on, sizes, tokens);
        }
    }

    /** What goes along rows. */
    @State(Scope.Benchmark)
    public static class AlongRows extends OnAnEngine {

        @Param
        public BlockSizes sizes = BlockSizes.BASE;

        @Param({"16", "128", "1024"})
        public int rows = 16;

        @Param({"layerNorm", "softmax", "gelu"})
        public String kernel = "layerNorm";

        @Override
        KernelRun prepare(Engine on) {
            return switch (kernel) {
                case "layerNorm" -> KernelRun.layerNorm(on, rows, sizes.width());
                case "softmax" -> KernelRun.softmax(on, rows);
                case "gelu" -> KernelRun.gelu(on, rows, 4 * sizes.width());
                default ->
                    throw new IllegalArgumentException("kernel: expected layerNorm, softmax or gelu, found " + kernel);
            };
        }
    }

    /** Counts operations: JMH divides them by the time. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Counted {

        public double gigaflops;

        void count(KernelRun run) {
            gigaflops += run.operations() / 1e9;
        }
    }

    @Benchmark
    public float[] multiply(Multiply state, Counted counted) {
        return run(state, counted);
    }

    @Benchmark
    public float[] attention(Attention state, Counted counted) {
        return run(state, counted);
    }

    @Benchmark
    public float[] alongRows(AlongRows state) {
        state.run.run();
        return state.run.result();
    }

    private static float[] run(OnAnEngine state, Counted counted) {
        state.run.run();
        counted.count(state.run);
        return state.run.result();
    }
}
