package io.tesserae.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The parts of the suite, as {@code --only} names them. */
enum Section {
    DISTILBERT(Checkpoint.DISTILBERT, "1x16", "1x128", "8x128", "1x512"),
    MIXED(Checkpoint.DISTILBERT),
    CORPUS(Checkpoint.DISTILBERT),
    MINILM(Checkpoint.MINILM, "1x16", "1x128"),
    VIT(Checkpoint.VIT, "1@224", "4@224"),
    ROOFLINE(null),
    START(Checkpoint.DISTILBERT),
    ALLOCATION(Checkpoint.DISTILBERT, "1x16", "1x128", "8x128");

    /** ONNX Runtime runs these in int8 as well. */
    static final List<String> INT8_WORKLOADS = List.of("1x16", "1x128", "8x128");

    private static final int PADDED_BATCH = 32;

    /** What it runs; {@code null} if random weights will do. */
    final Checkpoint checkpoint;

    private final List<String> workloads;

    Section(Checkpoint checkpoint, String... workloads) {
        this.checkpoint = checkpoint;
        this.workloads = List.of(workloads);
    }

    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether whole models of several engines take turns in it. */
    boolean isSideBySide() {
        return switch (this) {
            case DISTILBERT, MIXED, CORPUS, MINILM, VIT -> true;
            case ROOFLINE, START, ALLOCATION -> false;
        };
    }

    /** The names of the tables that it fills. */
    List<String> tables() {
        return switch (this) {
            case DISTILBERT -> List.of("distilbert", "int8");
            case ROOFLINE -> List.of("roofline", "arithmetic");
            default -> List.of(title());
        };
    }

    /** What is run, but for a corpus, which comes from a file. */
    List<Workload> workloads() {
        return this == MIXED
                ? Stream.of(false, true)
                        .<Workload>map(sorted -> MixedWorkload.of(MixedWorkload.SENTENCES, PADDED_BATCH, sorted))
                        .toList()
                : workloads.stream().map(Workload::parse).toList();
    }
}
