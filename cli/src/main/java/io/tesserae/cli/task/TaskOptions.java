package io.tesserae.cli.task;

import io.tesserae.cli.hub.HubOptions;
import io.tesserae.cli.hub.ModelName;
import io.tesserae.cli.input.InputOptions;
import io.tesserae.cli.model.EngineOptions;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.cli.output.OutputOptions;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What every task takes: inputs, a model, how to answer. What a task does with them is a {@link TaskRun}. */
public final class TaskOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(
            paramLabel = "INPUT",
            description =
                    "Texts, each an input; or pictures: files, whole folders, or patterns. - is standard input: texts,"
                            + " one a line, or one picture. What is piped in is read without it.")
    private List<String> arguments = List.of();

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            converter = ModelName.Converter.class,
            description =
                    "A model: by its name on the Hugging Face hub, NAME or NAME@REVISION, from where it is downloaded"
                            + " once; by the folder of a checkpoint; or bundled:generalist, which acts and writes of pictures."
                            + " By default a small model that comes along: English"
                            + " sentiment for texts, ten things for pictures, sentences about drawn scenes; what they cannot do"
                            + " needs a model named.")
    private ModelName model;

    @Mixin
    private HubOptions hubOptions;

    @Mixin
    private InputOptions inputOptions;

    @Option(
            names = "--on-error",
            paramLabel = "fail|skip",
            converter = OnError.Converter.class,
            completionCandidates = OnError.Converter.class,
            description = {
                "What an input that is no good does: a broken line, a picture that is missing, a text without a mask."
                        + " fail (the default): ends the run, once those before it are answered. skip: is named on standard"
                        + " error, has {\"error\": ...} in the place of its answer in JSON and no line in text, and the others"
                        + " are answered; the exit code is 3 then."
            })
    private OnError onError = OnError.FAIL;

    @Mixin
    private OutputOptions outputOptions;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private HelpOption help;

    CommandSpec spec() {
        return spec;
    }

    List<String> arguments() {
        return arguments;
    }

    /** The model that is named; null where none is. */
    ModelName model() {
        return hubOptions.applyTo(model);
    }

    InputOptions input() {
        return inputOptions;
    }

    OnError onError() {
        return onError;
    }

    OutputOptions output() {
        return outputOptions;
    }

    EngineOptions engine() {
        return engineOptions;
    }
}
