package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Output;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.console.Table;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.hub.HubOptions;
import io.tesserae.cli.hub.ModelName;
import io.tesserae.cli.input.Input;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.InputOptions;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.model.feed.TokenFeed;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.output.OutputFormat;
import io.tesserae.cli.output.OutputOptions;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tesserae tokenize}: what a model sees of a text. */
@Command(
        sortOptions = false,
        name = "tokenize",
        header = {"Show how texts are cut into tokens.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae tokenize [OPTIONS] [TEXT...]",
        parameterListHeading = "%n@|bold Arguments|@%n",
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae tokenize \"unbelievable\"",
            "  tesserae tokenize --output-file in.safetensors \"One text.\" \"And a longer one.\"",
            "  tesserae tokenize --model DIR --pair \"It is wet.\" --output json \"Is it raining?\"",
            "",
            "As safetensors, shorter texts are padded: what forward reads. Offsets count Unicode code points of the text, as Python does; those of special tokens are 0 and 0."
        })
public final class TokenizeCommand implements Callable<Integer> {

    private static final Set<OutputFormat> FORMATS =
            EnumSet.of(OutputFormat.TEXT, OutputFormat.JSON, OutputFormat.SAFETENSORS);

    private static final int INPUTS_TOGETHER = 256;
    private static final int WIDEST_TOKEN = 40;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TEXT", description = "Texts, each an input.")
    private List<String> arguments = List.of();

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            converter = ModelName.Converter.class,
            description = "A model on the hub or a checkpoint's folder; by default the model that comes along.")
    private ModelName model;

    @Mixin
    private HubOptions hubOptions;

    @Option(names = "--pair", paramLabel = "TEXT", description = "A second text, to go with every input.")
    private String pair;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            converter = Converters.Length.class,
            description = "Cut inputs to this many tokens, special tokens counted; of a pair, the longer text first.")
    private Integer maxLength;

    @Mixin
    private InputOptions inputOptions;

    @Mixin
    private OutputOptions outputOptions;

    @Mixin
    private HelpOption help;

    private final Console console;

    public TokenizeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        OutputFormat format = outputOptions.format(FORMATS, "tokenize", spec);
        return outputOptions.write(format, out -> tokenize(format, out), spec, console);
    }

    private int tokenize(OutputFormat format, Console console) throws IOException {
        ModelName named = hubOptions.applyTo(model);
        EncodingOptions options =
                maxLength == null ? EncodingOptions.DEFAULT : EncodingOptions.DEFAULT.withMaxLength(maxLength);
        try (Inputs<TextInput> texts = inputOptions.open(arguments, InputFormat.TEXTS, spec, console);
                Progress progress = InputProgress.of(texts, console)) {
            Tokenizer tokenizer =
                    AutoTokenizer.fromPretrained(named == null ? BundledModels.sentiment() : named.open(console));
            boolean first = true;
            List<Encoding> feed = new ArrayList<>();
            for (List<Input<TextInput>> some = texts.next(INPUTS_TOGETHER);
                    !some.isEmpty();
                    some = texts.next(INPUTS_TOGETHER)) {
                for (Input<TextInput> one : some) {
                    TextInput input = one.value();
                    Encoding encoding = tokenizer.encode(input.text(), pairOf(input), options);
                    switch (format) {
                        case SAFETENSORS -> feed.add(encoding);
                        case JSON -> console.out().line(json(encoding, tokenizer.returnsTokenTypeIds()));
                        default -> printTable(encoding, first, console.out());
                    }
                    first = false;
                }
                console.out().flush();
                progress.reached(texts.bytesRead());
            }
            if (format == OutputFormat.SAFETENSORS) {
                console.out().bytes(TokenFeed.writer(feed, tokenizer)::write);
            }
        }
        return 0;
    }

    private String pairOf(TextInput input) {
        if (pair != null && input.textPair().isPresent()) {
            throw new CommandException("--pair is given, but an input has a text_pair of its own");
        }
        return input.textPair().orElse(pair);
    }

    private static String json(Encoding encoding, boolean withTokenTypes) {
        Json json = new Json().raw("{").name("input_ids").integers(encoding.inputIds());
        if (withTokenTypes) {
            json.name("token_type_ids").integers(encoding.tokenTypeIds());
        }
        return json.name("attention_mask")
                .integers(encoding.attentionMask())
                .name("special_tokens_mask")
                .integers(encoding.specialTokensMask())
                .name("tokens")
                .array(encoding.tokens(), Json::string)
                .name("offsets")
                .array(encoding.offsets(), TokenizeCommand::json)
                .raw("}")
                .toString();
    }

    private static void json(Json json, Span span) {
        json.integers(new int[] {span.start(), span.end()});
    }

    private static void printTable(Encoding encoding, boolean first, Output out) {
        if (!first) {
            out.line("");
        }
        Table table = new Table("token", ">id", ">start", ">end");
        List<String> tokens = encoding.tokens();
        List<Span> offsets = encoding.offsets();
        for (int i = 0; i < encoding.size(); i++) {
            Span span = offsets.get(i);
            table.row(
                    Printable.excerpt(tokens.get(i), WIDEST_TOKEN),
                    Integer.toString(encoding.inputIds()[i]),
                    Integer.toString(span.start()),
                    Integer.toString(span.end()));
        }
        table.print(out);
        if (encoding.truncatedTokens() > 0) {
            out.line("(" + encoding.truncatedTokens() + " more were cut off)");
        }
    }
}
