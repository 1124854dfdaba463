<?php

$recorded = json_decode(getenv('RECORDED') ?: 'null', true);

$kernel = new class implements Illuminate\Contracts\Console\Kernel {
    public bool $ready = false;

    public function bootstrap()
    {
        $this->ready = true;
        echo '{"level":200,"message":"a line of the application"}', PHP_EOL;
    }
};

$repository = new class($recorded ?? []) {
    public function __construct(private array $recorded) {}

    public function getMigrationBatches()
    {
        return $this->recorded;
    }
};

$migrator = new class($repository, $recorded !== null) {
    public function __construct(private object $repository, private bool $exists) {}

    public function repositoryExists()
    {
        return $this->exists;
    }

    public function getRepository()
    {
        return $this->repository;
    }

    public function paths()
    {
        return [];
    }

    public function getMigrationFiles($paths)
    {
        $files = [];
        foreach ($paths as $path) {
            foreach (glob($path . '/*_*.php') as $file) {
                $files[basename($file, '.php')] = $file;
            }
        }
        ksort($files);

        return $files;
    }
};

return new class($kernel, $migrator) {
    public function __construct(private object $kernel, private object $migrator) {}

    public function make($name)
    {
        if ($name === 'Illuminate\Contracts\Console\Kernel') {
            return $this->kernel;
        }
        if ($name === 'migrator' && $this->kernel->ready) {
            return $this->migrator;
        }
        throw new RuntimeException("no $name before the kernel is ready");
    }

    public function databasePath($path)
    {
        return dirname(__DIR__) . '/database/' . $path;
    }
};
