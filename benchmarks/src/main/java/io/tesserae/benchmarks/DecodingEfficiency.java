package io.tesserae.benchmarks;

import io.tesserae.engine.Engine;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of the way to memory the kernels of a decoder's step use: every step reads all weights for a row of each sequence. A Markdown
 * table.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp benchmarks/target/benchmarks.jar io.tesserae.benchmarks.DecodingEfficiency
 * }</pre>
 *
 * <p>In every round the bandwidth is measured anew, and a share is formed within a round; medians over the rounds are printed.
 */
public final class DecodingEfficiency {

    private static final int LAYERS = 12;
    private static final int[] ROWS = {1, 2, 3, 16};

    /** A decoder whose step can be run kernel by kernel. */
    interface Steps {

        /** For tables. */
        String title();

        /** The products and attentions of a step for so many sequences. */
        List<KernelRun> step(Engine engine, int rows);
    }

    /** A decoder as wide as DistilBERT: its vocabulary, the tokens read before a step, and the rows of its memory, if it has one. */
    enum Decoder implements Steps {
        GPT2("GPT-2, 124M", 50257, 80, 0),
        BLIP("BLIP-base's text decoder", 30524, 10, 577);

        private final String title;
        private final int vocabulary;
        private final int tokens;
        private final int memory;

        Decoder(String title, int vocabulary, int tokens, int memory) {
            this.title = title;
            this.vocabulary = vocabulary;
            this.tokens = tokens;
            this.memory = memory;
        }

        @Override
        public String title() {
            return title;
        }

        @Override
        public List<KernelRun> step(Engine engine, int rows) {
            return step(engine, BlockSizes.BASE, LAYERS, rows);
        }

        /** Likewise, of so many layers of these sizes; a memory has all sequences. */
        List<KernelRun> step(Engine engine, BlockSizes sizes, int layers, int rows) {
            int width = sizes.width();
            List<KernelRun> runs = new ArrayList<>();
            for (int layer = 0; layer < layers; layer++) {
                runs.add(KernelRun.multiply(engine, rows, width, 3 * width, KernelRun.After.NOTHING));
                for (int sequence = 0; sequence < rows; sequence++) {
                    runs.add(KernelRun.attention(engine, sizes, 1, tokens));
                }
                runs.add(KernelRun.multiply(engine, rows, width, width, KernelRun.After.RESIDUAL));
                if (memory > 0) {
                    runs.add(KernelRun.multiply(engine, rows, width, width, KernelRun.After.NOTHING));
                    runs.add(KernelRun.attention(engine, sizes, rows, memory));
                    runs.add(KernelRun.multiply(engine, rows, width, width, KernelRun.After.RESIDUAL));
                }
                runs.add(KernelRun.multiply(engine, rows, width, 4 * width, KernelRun.After.GELU));
                runs.add(KernelRun.multiply(engine, rows, 4 * width, width, KernelRun.After.RESIDUAL));
            }
            runs.add(KernelRun.multiply(engine, rows, width, vocabulary, KernelRun.After.NOTHING));
            return runs;
        }
    }

    /**
     * The products of a LLaMA from weights of 16 bits, of which one layer has these widths; its attention is left out.
     *
     * @param projected of queries, keys and values together
     */
    record Llama(String title, int layers, int width, int projected, int intermediate, int vocabulary)
            implements Steps {

        /** SmolVLM's decoder, and a quarter of TinyLlama's layers. */
        static final List<Steps> ALL = List.of(
                new Llama("SmolVLM-256M's decoder, bfloat16", 30, 576, 960, 1536, 49280),
                new Llama("5 of 22 layers of a LLaMA, 1.1B, bfloat16", 5, 2048, 2560, 5632, 32000));

        @Override
        public List<KernelRun> step(Engine engine, int rows) {
            List<KernelRun> runs = new ArrayList<>();
            for (int layer = 0; layer < layers; layer++) {
                runs.add(KernelRun.multiplyBfloat16(engine, rows, width, projected));
                runs.add(KernelRun.multiplyBfloat16(engine, rows, width, width));
                runs.add(KernelRun.multiplyBfloat16(engine, rows, width, 2 * intermediate));
                runs.add(KernelRun.multiplyBfloat16(engine, rows, intermediate, width));
            }
            runs.add(KernelRun.multiplyBfloat16(engine, rows, width, vocabulary));
            return runs;
        }
    }

    private DecodingEfficiency() {}

    /** Prints the table. The optional arguments are the number of rounds, and the seconds of each step in a round. */
    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        double seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 1;
        MarkdownTable table = new MarkdownTable(
                3, List.of("decoder", "threads", "rows", "ms", "MB", "GB/s", "of the read bandwidth"));
        List<Steps> decoders = new ArrayList<>(List.of(Decoder.values()));
        decoders.addAll(Llama.ALL);
        for (Steps decoder : decoders) {
            for (int threads : new int[] {1, 2}) {
                try (Engine engine = Engine.builder().threads(threads).build()) {
                    MemoryBandwidth memory = new MemoryBandwidth(threads, MemoryBandwidth.MEGABYTES);
                    for (int rows : ROWS) {
                        List<KernelRun> step = decoder.step(engine, rows);
                        table.add(row(decoder, threads, rows, step, memory, rounds, seconds));
                    }
                }
            }
        }
        System.out.print(table);
    }

    /** What a step takes, and its share of the bandwidth. */
    static List<String> row(
            Steps decoder,
            int threads,
            int rows,
            List<KernelRun> step,
            MemoryBandwidth memory,
            int rounds,
            double seconds) {
        double bytes = step.stream().mapToDouble(KernelRun::bytes).sum();
        double[] milliseconds = new double[rounds];
        double[] shares = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            double bandwidth = memory.gigabytes(seconds / 2);
            milliseconds[round] =
                    Timing.of(seconds, () -> step.forEach(KernelRun::run)).medianMilliseconds();
            shares[round] = bytes / (milliseconds[round] * 1e6) / bandwidth;
        }
        double median = Timing.median(milliseconds);
        return List.of(
                decoder.title(),
                Integer.toString(threads),
                Integer.toString(rows),
                MarkdownTable.number("%.1f", median),
                MarkdownTable.number("%.0f", bytes / 1e6),
                MarkdownTable.number("%.1f", bytes / (median * 1e6)),
                MarkdownTable.percent(Timing.median(shares)));
    }
}
