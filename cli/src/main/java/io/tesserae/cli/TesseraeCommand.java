package io.tesserae.cli;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.HelpOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command without a command: says what there is. */
@Command(
        sortOptions = false,
        name = "tesserae",
        header = {"Runs transformer models from Hugging Face in pure Java.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae COMMAND [OPTIONS] [INPUT...]",
        versionProvider = Version.class,
        commandListHeading = "%n@|bold Commands|@%n",
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae run sentiment-analysis \"The actors were very convincing.\"",
            "  tesserae run text-classification --model path/to/checkpoint --input reviews.jsonl --output json",
            "  tesserae run image-classification --model google/vit-base-patch16-224 cat.jpg",
            "  tesserae train text-classification --model DIR --train train.tsv --eval dev.tsv --output-dir OUT",
            "  tesserae serve --model sentence-transformers/all-MiniLM-L6-v2 --port 8080",
            "  tesserae tokenize \"unbelievable\"",
            "  tesserae inspect path/to/checkpoint",
            "  tesserae cache list",
            "",
            "A model is a folder as it lies on the Hugging Face hub (config.json, model.safetensors, the",
            "tokenizer's files), or its name there, which is downloaded once into the cache that Python uses",
            "too: ~/.cache/huggingface/hub, or as HF_HOME says. 'tesserae help COMMAND' says more."
        })
final class TesseraeCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the versions of tesserae and of Java.")
    private boolean version;

    private final Console console;

    TesseraeCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        spec.commandLine().usage(console.helpWriter(), spec.commandLine().getColorScheme());
    }
}
