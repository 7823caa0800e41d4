package io.tesserae.cli.serve;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.hub.HubOptions;
import io.tesserae.cli.hub.ModelName;
import io.tesserae.cli.model.EngineOptions;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.server.model.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tesserae serve}. What runs the server is a class of its own: to describe the command takes no server. */
@Command(
        sortOptions = false,
        name = "serve",
        header = {"Serve models over HTTP: as text-embeddings-inference and OpenAI do, and every other task.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae serve [OPTIONS]",
        description = {
            "",
            "Listens on this machine alone unless --host says otherwise. Says where on standard error when every",
            "model is ready, and runs until it is interrupted; what was accepted by then is answered."
        },
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae serve --model sentence-transformers/all-MiniLM-L6-v2",
            "  curl 127.0.0.1:8080/v1/embeddings -H 'Content-Type: application/json' -d '{\"input\": \"A text.\"}'"
        })
public final class ServeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            converter = ModelName.Converter.class,
            description = "A model, as 'tesserae run' takes it; may be given several times. The first that can do"
                    + " what a request asks for does it, unless the request names another. By default the small model"
                    + " of English sentiment that comes along.")
    private List<ModelName> models = List.of();

    @Mixin
    private HubOptions hubOptions;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Where to listen; by default 127.0.0.1, this machine alone. 0.0.0.0 is every address.")
    private String host = ServerOptions.DEFAULT.address().host();

    @Option(
            names = "--port",
            paramLabel = "N",
            converter = ServeCommand.Port.class,
            description = "The port; by default 8080. 0: any that is free.")
    private Integer port = ServerOptions.DEFAULT.address().port();

    @Option(
            names = "--max-concurrent-requests",
            paramLabel = "N",
            converter = Converters.Count.class,
            description =
                    "Inputs that may be in work or wait at a time; by default 512. Others are told to come again.")
    private Integer maxConcurrentRequests = ServerOptions.DEFAULT.limits().maxConcurrentRequests();

    @Option(
            names = "--max-batch-tokens",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Tokens that go into the model together; by default 16384.")
    private Integer maxBatchTokens = ServerOptions.DEFAULT.limits().maxBatchTokens();

    @Option(
            names = "--max-client-batch-size",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Inputs of one request; by default 32.")
    private Integer maxClientBatchSize = ServerOptions.DEFAULT.limits().maxClientBatchSize();

    @Option(
            names = "--max-body-bytes",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Bytes of a request; by default 2000000.")
    private Integer maxBodyBytes = ServerOptions.DEFAULT.limits().maxBodyBytes();

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            description = "What clients have to show as Authorization: Bearer KEY. Others on this machine can see the"
                    + " options of a process: the variable TESSERAE_API_KEY says it in secret.")
    private String apiKey;

    @Option(
            names = "--key-store",
            paramLabel = "FILE",
            description = "A key and its certificate, in PKCS12 or JKS: the server speaks TLS.")
    private Path keyStore;

    @Option(
            names = "--key-store-password-file",
            paramLabel = "FILE",
            description = "The file in which the key store's password stands.")
    private Path keyStorePasswordFile;

    @Option(names = "--access-log", description = "Print a line of JSON on standard output for each request.")
    private boolean accessLog;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private HelpOption help;

    private final Console console;

    /** The command, whose messages go to a console. */
    public ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        List<ModelName> named = (models.isEmpty() ? List.of(ModelName.parse("bundled:sentiment")) : models)
                .stream().map(hubOptions::applyTo).toList();
        return new ServeRun(console, options(), named, engineOptions).run();
    }

    private ServerOptions options() throws IOException {
        ServerOptions options = ServerOptions.DEFAULT
                .withHost(host)
                .withPort(port)
                .withMaxConcurrentRequests(maxConcurrentRequests)
                .withMaxBatchTokens(maxBatchTokens)
                .withMaxClientBatchSize(maxClientBatchSize)
                .withMaxBodyBytes(maxBodyBytes);
        String key = apiKey == null ? console.environment().get("TESSERAE_API_KEY") : apiKey;
        if (key != null && !key.isBlank()) {
            options = options.withApiKey(key.strip());
        } else if (apiKey != null) {
            throw new ParameterException(spec.commandLine(), "Invalid value for option '--api-key': it is empty");
        }
        if ((keyStore == null) != (keyStorePasswordFile == null)) {
            throw new ParameterException(
                    spec.commandLine(), "--key-store and --key-store-password-file belong together: give both");
        }
        if (keyStore != null) {
            options = options.withKeyStore(requireFile(keyStore), password());
        }
        return accessLog ? options.withAccessLog(this::log) : options;
    }

    private synchronized void log(String line) {
        console.out().line(line);
        console.out().flush();
    }

    private String password() throws IOException {
        return Files.readString(requireFile(keyStorePasswordFile)).strip();
    }

    private static Path requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CommandException("no file '" + file + "'");
        }
        return file;
    }

    /** A port of TCP. */
    static final class Port implements ITypeConverter<Integer> {

        private static final int LAST = 65535;

        @Override
        public Integer convert(String value) {
            return Converters.parse(value, 0, LAST, "a port, 0 to " + LAST);
        }
    }
}
