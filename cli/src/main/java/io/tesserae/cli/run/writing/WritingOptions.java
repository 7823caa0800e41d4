package io.tesserae.cli.run.writing;

import io.tesserae.cli.model.GenerationConfigOption;
import io.tesserae.cli.option.Converters;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the tasks that write are to do it. */
final class WritingOptions {

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            converter = Converters.Count.class,
            description =
                    "Tokens of an answer at most; it may end sooner. By default what the checkpoint says, or else 256, and 20"
                            + " for visual-question-answering.")
    private Integer maxNewTokens;

    @Option(
            names = "--num-beams",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Follow this many answers at a time, and give the likeliest; 1 takes the next token alone.")
    private Integer beams;

    @Option(
            names = "--num-return-sequences",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Give this many answers, best first where there are beams; or as many that are drawn.")
    private Integer answers;

    @Mixin
    private GenerationConfigOption generation;

    /** What is asked for; single options go before the object of settings. */
    GenerationConfig config() {
        GenerationConfig config = generation.config();
        config = with(config, GenerationOption.MAX_NEW_TOKENS, maxNewTokens);
        config = with(config, GenerationOption.NUM_BEAMS, beams);
        return with(config, GenerationOption.NUM_RETURN_SEQUENCES, answers);
    }

    private static GenerationConfig with(GenerationConfig config, GenerationOption<Integer> option, Integer value) {
        return value == null ? config : config.with(option, value);
    }

    long seed() {
        return generation.seed();
    }
}
