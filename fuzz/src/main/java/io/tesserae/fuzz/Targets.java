package io.tesserae.fuzz;

import java.util.List;

/** All targets, in the order in which {@code fuzz/run} takes them. */
public final class Targets {

    /** One of each. */
    public static final List<FuzzTarget> ALL = List.of(
            new SafetensorsTarget(),
            new SafetensorsHeaderTarget(),
            new ShardsTarget(),
            new OnnxTarget(),
            new TorchTarget(),
            new ConfigTarget(),
            new GenerationConfigTarget(),
            new SentenceEncoderTarget(),
            new TokenizerTarget(),
            new VocabularyTarget(),
            new BytePairTarget(),
            new UnigramTarget(),
            new SentencePieceTarget(),
            new ByteTokensTarget(),
            new TextTarget(),
            new ChatTemplateTarget(),
            new ImageProcessorTarget(),
            new PngTarget(),
            new GifTarget(),
            new BmpTarget(),
            new JpegTarget(),
            new WebpTarget(),
            new MetadataTarget(),
            new TrainingDataTarget(),
            new TrainingStateTarget());

    private Targets() {}

    /**
     * The target of this name.
     *
     * @throws IllegalArgumentException if there is none; the message lists them
     */
    public static FuzzTarget named(String name) {
        return ALL.stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no fuzz target " + name + "; there are "
                        + String.join(", ", ALL.stream().map(FuzzTarget::name).toList())));
    }
}
