package io.tesserae.cli.model;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.hub.HubOptions;
import io.tesserae.cli.hub.ModelName;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.OutputOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae forward}: tensors in, tensors out; for comparison with the reference. */
@Command(
        sortOptions = false,
        name = "forward",
        header = {"Run a model on token ids or pixels and write its tensors.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae forward --feed IN.safetensors --out OUT.safetensors [OPTIONS]",
        description = {
            "",
            "For a model of texts the feed has input_ids [batch, length] and may have attention_mask and",
            "token_type_ids of the same shape, as I64 or I32, and position_ids for a model that continues",
            "texts; for multiple choice, [batch, choices, length].",
            "For a model of pictures it has pixel_values [batch, channels, height, width] as F32; positions are",
            "interpolated where the size is not the model's own. Written are, as F32, logits by most heads,",
            "start_logits and end_logits [batch, length] by one that answers questions, or last_hidden_state",
            "[batch, length, hidden] by a model without a head; padded positions are zero.",
            "A model of pictures and texts takes both, by their names in transformers: of one that answers",
            "questions, input_ids is the question, and decoder_input_ids the answer that is scored.",
            "For a model of videos with sound it has inputs.image [batch, frames, 3, height, width],",
            "inputs.audio [batch, samples, 1], and as subsampled_output_points.image and .audio the indices",
            "of the pixels and of the patches of sound that are wanted.",
            "For a model of streams it has input_ids [batch, length], and may have input_types (0 an id, 1 a",
            "patch, -1 padding), patches [batch, length, 4, size, size] as U8, patch_positions [batch, length,",
            "2, 2], local_positions and loss_mask. Written are logits, embeddings and loss."
        },
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae tokenize --output-file in.safetensors \"A text.\"",
            "  tesserae forward --feed in.safetensors --out out.safetensors",
            "  tesserae forward --model DIR --feed in.safetensors --out out.safetensors --hidden-states"
        })
public final class ForwardCommand implements Callable<Integer> {

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            converter = ModelName.Converter.class,
            description = "A model on the hub, or the folder of a checkpoint; by default the one that comes along.")
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

    @Option(
            names = "--hidden-states",
            description = "Also write hidden_states.0 (the embeddings) and hidden_states.N (after layer N).")
    private boolean hiddenStates;

    @Option(
            names = "--attentions",
            description = "Also write attentions.N [batch, heads, length, length] of each layer.")
    private boolean attentions;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private HelpOption help;

    private final Console console;

    public ForwardCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ModelName named = hubOptions.applyTo(model);
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile input = SafetensorsFile.open(feed);
                Engine engine = engineOptions.openEngine(console);
                LoadedModel loaded =
                        LoadedModel.load(named == null ? BundledModels.sentiment() : named.open(console), engine)) {
            loaded.forward(input, new OutputOptions(hiddenStates, attentions)).forEach(writer::add);
        }
        writer.write(out);
        console.out().flush();
        return 0;
    }
}
