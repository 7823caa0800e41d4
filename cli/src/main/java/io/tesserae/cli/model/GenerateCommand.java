package io.tesserae.cli.model;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.hub.HubOptions;
import io.tesserae.cli.hub.ModelName;
import io.tesserae.cli.model.feed.GenerationFeed;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae generate}: tensors in, tokens out; for comparison with the reference. */
@Command(
        sortOptions = false,
        name = "generate",
        header = {"Let a model write, from token ids or pixels, and write its tokens as tensors.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae generate --model DIR --feed IN.safetensors --out OUT.safetensors [OPTIONS]",
        description = {
            "",
            "For a model that continues texts the feed has input_ids [batch, length], as I64 or I32, and may",
            "have attention_mask of the same shape: padding, on either side, is not read, but the rules see",
            "it, as in transformers. For one that describes pictures it has pixel_values [batch, channels,",
            "height, width] as F32, and may have input_ids and attention_mask where the model takes prompts,",
            "or decoder_input_ids. For one that answers questions about pictures input_ids are the questions.",
            "For one that acts it has input_ids, pixel_values or both: texts go on behind their photos.",
            "",
            "Written are sequences [answers, length] as I64, the given ids and the new ones behind them; with",
            "beams sequences_scores [answers] and beam_indices; and on request (output_scores, output_logits)",
            "scores.N and logits.N [rows, vocabulary] of each step, where rows that have ended are zero."
        },
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae tokenize --model DIR --output-file in.safetensors \"Once upon a time\"",
            "  tesserae generate --model DIR --feed in.safetensors --out out.safetensors \\",
            "      --generation-config '{\"num_beams\": 4, \"max_new_tokens\": 30}'"
        })
public final class GenerateCommand implements Callable<Integer> {

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            converter = ModelName.Converter.class,
            required = true,
            description = "A model on the hub, or the folder of a checkpoint.")
    private ModelName model;

    @Mixin
    private HubOptions hubOptions;

    @Option(
            names = "--feed",
            paramLabel = "IN.safetensors",
            required = true,
            description = "The file with the input tensors.")
    private Path feed;

    @Option(
            names = "--out",
            paramLabel = "OUT.safetensors",
            required = true,
            description = "The file to write; it appears when it is complete.")
    private Path out;

    @Mixin
    private GenerationConfigOption generation;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private HelpOption help;

    private final Console console;

    public GenerateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        SafetensorsWriter writer;
        try (SafetensorsFile input = SafetensorsFile.open(feed);
                Checkpoint checkpoint =
                        Checkpoint.open(hubOptions.applyTo(model).open(console));
                Engine engine = engineOptions.openEngine(console);
                GeneratingModel loaded = GeneratingModel.load(checkpoint, engine)) {
            writer = loaded.generate(new GenerationFeed(input), generation.config(), generation.seed());
        }
        writer.write(out);
        console.out().flush();
        return 0;
    }
}
